import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import kafkajs from "kafkajs";
import { freePorts } from "../../../../toolchain/ports.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { CLUSTER, makeKafka, noNodes as skip, untilServes } from "./real-nodes.ts";

const IDS = [1001, 1002] as const;
type Id = (typeof IDS)[number];

/** Two controllers, so that either is lost without the other, and a broker that is none. */
async function makeCluster(t: TestContext) {
  const kafka = await makeKafka(t, "4.3.1");
  const [one, two, inner] = await freePorts(3);
  const ports: Record<Id, number> = { 1001: one!, 1002: two! };
  const common = (id: number) => [
    `node.id=${id}`,
    `controller.quorum.voters=1001@127.0.0.1:${one},1002@127.0.0.1:${two}`,
    "listener.security.protocol.map=INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "controller.listener.names=CONTROLLER",
    "log.dirs={data}",
  ];
  const start = (id: number, ...config: string[]) =>
    kafka.start(`${id}`, "kafka.Kafka", "server.properties", [...common(id), ...config], { CLUSTER_ID: CLUSTER }).child;
  const controller = (id: Id) => start(id, "process.roles=controller", `listeners=CONTROLLER://127.0.0.1:${ports[id]}`);
  const startBroker = () =>
    start(1, "process.roles=broker", `listeners=INTERNAL://127.0.0.1:${inner}`, "inter.broker.listener.name=INTERNAL");
  const broker = startBroker();
  return {
    bootstrap: `127.0.0.1:${inner}`,
    broker,
    restartBroker: async () => {
      await kill(broker);
      return startBroker();
    },
    controllers: { 1001: controller(1001), 1002: controller(1002) },
    controller,
    askBroker: () => kafka.check(`broker:1:${inner}`),
    ask: (id: Id) => kafka.check(`controller:${id}:${ports[id]}`),
  };
}

async function makeTopic(bootstrap: string, topic: string): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] });
  } finally {
    await admin.disconnect();
  }
}

/** Sends one record, which the broker has acknowledged when this returns. */
async function send(bootstrap: string, topic: string): Promise<void> {
  const producer = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING }).producer();
  try {
    await producer.connect();
    await producer.send({ topic, acks: -1, messages: [{ value: "a" }] });
  } finally {
    await producer.disconnect();
  }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

test("a quorum that is lost: no controller looks ready, while a broker serves what it has", { skip }, async (t) => {
  const cluster = await makeCluster(t);
  const { ask, askBroker, bootstrap, controllers } = cluster;
  const untilQuorum = () => Promise.all(IDS.map((id) => untilServes(controllers[id], () => ask(id))));
  const untilNone = async (id: Id) => {
    await eventually(`${id} sees that there is no quorum`, async () => (await ask(id))[0] === 1);
    assert.match((await ask(id))[1], /knows no leader$|error 6$|nothing listens at/);
  };
  const serving = [0, "broker 1: in sync in 1 partitions"] as const;

  const says = await untilQuorum();
  await untilServes(cluster.broker, askBroker);
  await makeTopic(bootstrap, "orders");
  await eventually("the broker holds the partition", async () => (await askBroker())[1] === serving[1]);
  const leader = says[0]!.endsWith("leads") ? 1001 : 1002;
  const follower = leader === 1001 ? 1002 : 1001;

  await kill(controllers[follower]);
  await untilNone(leader); // A leader whom nobody asks for records gives up in time.
  assert.deepEqual(await askBroker(), serving);
  await send(bootstrap, "orders");

  controllers[follower] = cluster.controller(follower);
  const now = await untilQuorum();
  assert.deepEqual(await askBroker(), serving);
  const next = now[0]!.endsWith("leads") ? 1001 : 1002;
  await kill(controllers[next]);
  await untilNone(next === 1001 ? 1002 : 1001);
  assert.deepEqual(await askBroker(), serving);
  await send(bootstrap, "orders");

  const again = await cluster.restartBroker();
  for (let tries = 0; tries < 10; tries++) {
    assert.equal((await askBroker())[0], 1, "one that starts cannot know what it missed");
    await sleep(200);
  }
  assert.equal(again.exitCode, null);
});
