import assert from "node:assert/strict";
import { test } from "node:test";
import { freePorts } from "../../../../toolchain/ports.ts";
import { CLUSTER, makeKafka, noNodes as skip, untilServes } from "./real-nodes.ts";

/** Lines as the log configuration writes them; a JVM's warning about its class archive would be another. */
const LOG_LINE = /^\[\d{4}-\d\d-\d\d [\d:,]+\] (?:TRACE|DEBUG|INFO|WARN|ERROR) .* \([\w.$]+\)$/;

test("a real KRaft node: not before, then, and not after", { skip }, async (t) => {
  const kafka = await makeKafka(t, "4.3.1");
  const [inner, controller] = await freePorts(2);
  const parts = [`broker:1:${inner}`, `controller:1:${controller}`];
  const before = [1, `broker 1: nothing listens at 127.0.0.1:${inner}`] as const;
  assert.deepEqual(await kafka.check(...parts), before);
  const config = [
    "process.roles=broker,controller",
    "node.id=1",
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `listeners=INTERNAL://127.0.0.1:${inner},CONTROLLER://127.0.0.1:${controller}`,
    "listener.security.protocol.map=INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name=INTERNAL",
    "controller.listener.names=CONTROLLER",
    "log.dirs={data}",
  ];
  const start = (clusterId = CLUSTER) =>
    kafka.start("node", "kafka.Kafka", "server.properties", config, { CLUSTER_ID: clusterId });

  const first = start();
  const says = await untilServes(first.child, () => kafka.check(...parts));
  assert.equal(says, "broker 1: in sync in 0 partitions; controller 1: leads");
  assert.deepEqual(await kafka.check(`broker:2:${inner}`), [1, "broker 2: is not registered, or fenced"]);
  assert.deepEqual(await kafka.check(`controller:2:${controller}`), [1, "controller 2: is not a voter"]);
  first.child.kill("SIGTERM");
  const { code, stdout, stderr } = await first.end;
  assert.equal(code, 143, "the JVM itself got the signal");
  assert.equal(stderr, "");
  assert.match(stdout, /App info kafka.server for 1 unregistered [^\n]+\n$/, "the log goes on until the end");
  // Some messages have several lines (the whole configuration), so only how a line begins can be told.
  const firstLine = stdout.split("\n")[0] ?? "";
  assert.match(firstLine, LOG_LINE);
  assert.deepEqual(await kafka.check(...parts), before);

  const stranger = await start("BBBBBBBBBBBBBBBBBBBBBB").end;
  assert.equal(stranger.code, 64);
  assert.match(stranger.stderr, /belongs to cluster A{22}, this node to cluster B{22}; nothing was changed/);

  const again = start();
  await untilServes(again.child, () => kafka.check(...parts));
  again.child.kill("SIGKILL");
  await again.end;
  assert.deepEqual(await kafka.check(...parts), before);
});

test("a real ZooKeeper node and its broker", { skip }, async (t) => {
  const kafka = await makeKafka(t, "3.9.2");
  const [client, quorum, election, inner] = await freePorts(4);
  const ensemble = [
    "dataDir={data}",
    "tickTime=2000",
    "initLimit=10",
    "syncLimit=5",
    "standaloneEnabled=false",
    "admin.enableServer=false",
    "4lw.commands.whitelist=srvr",
    `server.1=127.0.0.1:${quorum}:${election};127.0.0.1:${client}`,
  ];
  const main = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
  const zookeeper = kafka.start("zookeeper", main, "zoo.cfg", ensemble, { ZOO_MY_ID: "1" });
  const leads = await untilServes(zookeeper.child, () => kafka.check(`zookeeper:${client}`));
  assert.equal(leads, "zookeeper: leader");

  const config = [
    "broker.id=1",
    `zookeeper.connect=127.0.0.1:${client}`,
    `listeners=INTERNAL://127.0.0.1:${inner}`,
    "listener.security.protocol.map=INTERNAL:PLAINTEXT",
    "inter.broker.listener.name=INTERNAL",
    "log.dirs={data}",
  ];
  const broker = kafka.start("broker", "kafka.Kafka", "server.properties", config, {});
  const serves = await untilServes(broker.child, () => kafka.check(`broker:1:${inner}`));
  assert.equal(serves, "broker 1: in sync in 0 partitions");
  broker.child.kill("SIGTERM");
  const { stdout, stderr } = await broker.end;
  assert.equal(stderr, "");
  assert.match(stdout.split("\n")[0] ?? "", LOG_LINE);
  zookeeper.child.kill("SIGTERM");
  const ensembleEnd = await zookeeper.end;
  assert.equal(ensembleEnd.stderr, "");
  assert.match(ensembleEnd.stdout.split("\n")[0] ?? "", LOG_LINE);
  const gone = [1, `zookeeper: nothing listens at 127.0.0.1:${client}`];
  assert.deepEqual(await kafka.check(`zookeeper:${client}`), gone);
});
