import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import kafkajs from "kafkajs";
import { cli, startCli } from "../../helpers/cli.ts";
import { eventually } from "../../helpers/eventually.ts";
import { findCluster, leftOf } from "../../helpers/kube.ts";
import { makeLab, TOPIC } from "./lab.ts";

const { access, skip } = await findCluster();
const lab = makeLab("kubernetes", "e2e-tunnel", access);
const { name, namespace, home, file, document } = lab;

/** The whole life of one broker that has no way in: every command makes its own, through the API server. */
describe("a cluster of pods without a way in", { skip }, () => {
  before(async () => {
    document.setIn(["brokers", "count"], 1);
    document.setIn(["controllers"], { count: 1, placement: "combined" });
    document.setIn(["kubernetes", "external"], "none");
    document.setIn(["topics"], [{ name: TOPIC, partitions: 3, replicationFactor: 1, minInsyncReplicas: 1 }]);
    await lab.prepare();
  });
  after(() => lab.remove());

  test("up provisions and verifies it, from this machine and from a pod", async () => {
    const { smoke, health, topics } = await lab.up();
    assert.deepEqual([smoke.passed, health.healthy, topics.inSync], [true, true, true]);
    const inside = smoke.checks.find((check: { name: string }) => check.name === "inside");
    assert.equal(inside?.status, "pass");
  });

  test("outputs tell the tunnel's ports, and that they need it", async () => {
    const { bootstrapServers, tunnel } = await lab.outputs();
    assert.match(bootstrapServers.join(), /^127\.0\.0\.1:3[0-2]\d{3}$/);
    assert.equal(tunnel, true);
    assert.match(await lab.run(0, "outputs", file), /kafka-stacks tunnel \S*e2e-tunnel/);
  });

  test("a second up changes nothing, and commands run side by side", async () => {
    const [{ changes }, health, topics] = await Promise.all([
      lab.up(),
      lab.json(0, "health", file),
      lab.json(0, "topics", "plan", file),
    ]);
    assert.deepEqual([changes, health.healthy, topics.inSync], [0, true, true]);
  });

  test("a tunnel serves any client, beside other commands, and goes on when the pod is another", async () => {
    const { bootstrapServers } = await lab.outputs();
    const tunnel = startCli(home, ["tunnel", file, "--json"]);
    await eventually("it is open", () => tunnel.stderr().includes("open until Ctrl-C"));
    await roundTrip("before");
    const second = await cli(home, "tunnel", file);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /port \d+ of 127\.0\.0\.1, which leads to pod e2e-tunnel-combined-1, is taken by/);
    document.setIn(["brokers", "config", "num.network.threads"], 4);
    lab.save();
    const earlier = (await lab.pods()).get(1)!.uid;
    await lab.up("--skip", "smoke");
    assert.notEqual((await lab.pods()).get(1)!.uid, earlier);
    await roundTrip("after");
    process.kill(tunnel.pid, "SIGINT");
    const { code, stdout } = await tunnel.finished;
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), { schemaVersion: 1, stack: name, bootstrapServers });
  });

  test("down --delete-data leaves nothing", async () => {
    await lab.run(0, "down", file, "--delete-data", "--yes");
    assert.deepEqual(await leftOf(access!, namespace, name), {});
  });
});

/** As a user with the configuration that the project hands out. */
async function roundTrip(value: string): Promise<void> {
  const configuration = JSON.parse(await lab.run(0, "outputs", file, "--user", "shop", "--format", "kafkajs"));
  const kafka = new kafkajs.Kafka({ ...configuration, logLevel: kafkajs.logLevel.NOTHING });
  const [producer, consumer] = [kafka.producer(), kafka.consumer({ groupId: `load-${value}`, maxWaitTimeInMs: 200 })];
  const found: string[] = [];
  try {
    await producer.connect();
    await producer.send({ topic: TOPIC, acks: -1, messages: [{ value }] });
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void found.push(String(message.value)) });
    await eventually("it is read back", () => found.includes(value));
  } finally {
    await Promise.all([producer.disconnect(), consumer.disconnect()]);
  }
}
