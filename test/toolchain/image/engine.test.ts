import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { Kafka, logLevel } from "kafkajs";
import { freePorts } from "../../../toolchain/ports.ts";
import { type Lab, loadedImage, logs, makeLab, noContainers } from "./containers.ts";

const CODECS = ["gzip", "snappy", "lz4", "zstd"] as const;

/** Java with the image's class archive; -Xshare:on refuses to start where it does not fit. */
const JAVA = `
  jars=$(printf '%s:' /opt/kafka/libs/*.jar)
  java="java -Xshare:on -XX:SharedArchiveFile=/opt/kafka/kafka.jsa -XX:+UseG1GC -XX:TieredStopAtLevel=1 -Xmx256m"
  java="$java -cp \${jars%:}"
`;

const skip = (await noContainers()) ?? false;

for (const kafkaVersion of ["4.3.1", "3.9.2"])
  test(`the image of Kafka ${kafkaVersion}: tools, a broker and every codec, as locked up as a node`, {
    skip,
    timeout: 300_000,
  }, async (t) => {
    const lab = await makeLab(t, await loadedImage(kafkaVersion));
    // The first container to use the volume shows that it takes over the image's owner and mode.
    await checkTools(lab);
    await Promise.all([checkBroker(lab), kafkaVersion.startsWith("3.") ? checkZooKeeper(lab) : undefined]);
  });

async function checkTools(lab: Lab): Promise<void> {
  const written = await lab.run(
    "tools",
    `set -e
    ${JAVA}
    java -version
    $java kafka.tools.StorageTool random-uuid
    echo "user $(id -un) $(id -u):$(id -g)"
    echo "data $(stat -c '%u:%g %a' /var/lib/kafka/data)"
    echo abc | awk '{ print "awk " $1 }'
    echo "od $(printf a | od -An -tx1)"
    echo "grep $(echo one | grep -c one)"
    ls /bin/sh /mnt/shared/config /etc/kafka/secrets > /tmp/ls
    if touch /opt/kafka/changed 2> /tmp/refused; then exit 1; fi
    . /etc/os-release; echo "release $ID"`,
  );
  assert.match(written, /OpenJDK Runtime Environment .*\n.*sharing/);
  assert.match(written, /^[\w-]{22}$/m, "StorageTool's random id");
  for (const line of ["user appuser 1000:1000", "data 1000:0 775", "awk abc", "od  61", "grep 1"])
    assert.ok(written.includes(`${line}\n`), `${line}: ${written}`);
  assert.match(written, /^release (debian|ubuntu)$/m);
}

async function checkBroker(lab: Lab): Promise<void> {
  const [port] = await freePorts(1);
  const broker = await lab.start(
    "broker",
    `set -e
    ${JAVA}
    cat > /tmp/server.properties <<'END'
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://localhost:9093
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=/var/lib/kafka/data/log
END
    $java kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAQ -c /tmp/server.properties
    exec $java kafka.Kafka /tmp/server.properties`,
    port,
  );
  const connect = `exec 3<>/dev/tcp/${lab.fullName("broker")}/9092`;
  try {
    const [, reached] = await Promise.all([
      writeInEveryCodec(`127.0.0.1:${port}`, broker),
      lab.run("neighbour", `${until(connect)}; ${connect}; echo reached`),
    ]);
    assert.match(reached, /reached\n$/);
  } catch (error) {
    throw new Error(`${(error as Error).message}; the broker wrote: ${await logs(broker)}`, { cause: error });
  }
  const sizes = await lab.run(
    "sizes",
    "cd /var/lib/kafka/data/log; for c in *-0; do echo $c $(cat $c/*.log | wc -c); done",
  );
  for (const codec of CODECS) {
    const bytes = Number(new RegExp(`^${codec}-0 (\\d+)$`, "m").exec(sizes)?.[1]);
    assert.ok(bytes > 0 && bytes < TEXT.length / 4, `${codec} is really used: ${sizes}`);
  }
}

const TEXT = "every codec makes this shorter ".repeat(1_000);

/** The topics' codec, and none of the client's: so the broker itself compresses, with its native libraries. */
async function writeInEveryCodec(bootstrapServer: string, broker: Docker.Container): Promise<void> {
  const retry = { retries: 60, initialRetryTime: 200, maxRetryTime: 300, factor: 0 };
  const kafka = new Kafka({ brokers: [bootstrapServer], logLevel: logLevel.NOTHING, connectionTimeout: 1_000, retry });
  const admin = kafka.admin();
  const producer = kafka.producer();
  try {
    await untilConnected(() => admin.connect(), broker);
    const topics = CODECS.map((topic) => ({
      topic,
      numPartitions: 1,
      replicationFactor: 1,
      configEntries: [{ name: "compression.type", value: topic }],
    }));
    await admin.createTopics({ topics, waitForLeaders: false });
    await producer.connect();
    for (const topic of CODECS) {
      const [written] = await producer.send({ topic, acks: -1, messages: [{ value: TEXT }] });
      assert.equal(written?.errorCode, 0);
    }
  } finally {
    await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
  }
}

async function untilConnected(connect: () => Promise<void>, broker: Docker.Container): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      const { State } = await broker.inspect();
      if (!State.Running || performance.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

async function checkZooKeeper(lab: Lab): Promise<void> {
  const properties = "dataDir=/tmp/zookeeper\\nclientPort=2181\\nadmin.enableServer=false\\n";
  const node = await lab.start(
    "zookeeper",
    `${JAVA}
    printf '${properties}' > /tmp/zoo.cfg
    exec $java org.apache.zookeeper.server.quorum.QuorumPeerMain /tmp/zoo.cfg`,
  );
  // Its port opens before it serves.
  const ask = `exec 3<>/dev/tcp/${lab.fullName("zookeeper")}/2181; echo srvr >&3; cat <&3`;
  const answer = await lab.run("asks-zookeeper", `${until(`${ask} | grep -q Mode:`)}; ${ask}`);
  assert.match(answer, /Zookeeper version: 3\.8\.6.*Mode: standalone/s, await logs(node));
}

/** A shell's `exec` that fails ends a script, so it is tried in a shell of its own. */
function until(command: string): string {
  return `for i in {1..300}; do (${command}) 2> /tmp/no && break; sleep 0.1; done`;
}
