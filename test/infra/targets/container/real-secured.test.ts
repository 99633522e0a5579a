import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { connect } from "node:tls";
import type { ClusterOutputs } from "../../../../infra/outputs.ts";
import type { NodePlan } from "../../../../infra/plan/types.ts";
import { bringAccess } from "../../../../scripts/kafka/access.ts";
import { createClient } from "../../../../scripts/kafka/client.ts";
import { as, identityOf } from "../../../../scripts/kafka/identity.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { noNodes as skip } from "./real-nodes.ts";
import { makeSecured } from "./real-secured.ts";

type Cluster = Awaited<ReturnType<typeof makeSecured>>;

const addressOf = ({ listeners }: NodePlan) =>
  `127.0.0.1:${listeners.find(({ name }) => name === "EXTERNAL_TLS")?.port}`;

/** As the super user, who has to be there from the first moment. */
async function makeTopic({ access }: Cluster, broker: NodePlan, replicationFactor: number): Promise<void> {
  await as(identityOf(access, "admin"), async () => {
    const admin = createClient([addressOf(broker)], "test").admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: "orders", numPartitions: 2, replicationFactor }] });
    await admin.disconnect();
  });
}

/** Before it nobody may see anything, and a broker serves all the same. */
async function allow({ plan, access }: Cluster, brokers: readonly NodePlan[]): Promise<void> {
  const outputs = { stack: plan.name, bootstrapServers: brokers.map(addressOf) } as unknown as ClusterOutputs;
  await bringAccess(plan, outputs, access, () => {});
}

/** With a node's certificate, in TLS 1.2. @returns what was agreed on. */
async function handshake({ sealed }: Cluster, node: NodePlan, listener: string, ciphers: string): Promise<string> {
  const { authority, pems } = sealed.certificates!;
  const { certificate: cert, key } = pems[`node-${node.id}`]!;
  const port = node.listeners.find(({ name }) => name === listener)!.port;
  const socket = connect({ port, host: "127.0.0.1", ca: authority, cert, key, ciphers, maxVersion: "TLSv1.2" });
  try {
    await once(socket, "secureConnect");
    return socket.getCipher().name;
  } finally {
    socket.destroy();
  }
}

/** What nodes print goes to logs that many may read. */
function assertSecretive({ sealed }: Cluster, said: string): void {
  for (const [name, secret] of Object.entries(sealed.secrets)) assert.ok(!said.includes(secret), `${name} is in a log`);
  assert.doesNotMatch(said, /PRIVATE KEY/);
}

test("a real secured controller and its broker", { skip }, async (t) => {
  const cluster = await makeSecured(t, {
    brokers: { count: 1 },
    controllers: { count: 1, placement: "dedicated" },
  });
  const [broker, controller] = cluster.plan.nodes as [NodePlan, NodePlan];
  const serving = cluster.start(broker);
  const alone = "controller 1001: has no log of the cluster's metadata yet";
  await cluster.prepare(controller);
  assert.deepEqual(await cluster.check(controller), [1, alone]);
  const leading = cluster.start(controller);
  assert.equal(await cluster.untilServes(controller, leading), "controller 1001: keeps up");
  assert.equal(await cluster.untilServes(broker, serving), "broker 1: in sync in 0 partitions");

  await makeTopic(cluster, broker, 1);
  assert.deepEqual(await cluster.check(broker), [0, "broker 1: in sync in 0 partitions"], "of those it may see");
  await allow(cluster, [broker]);
  await eventually("the health check may see topics", async () => {
    const [, says] = await cluster.check(broker);
    return says === "broker 1: in sync in 2 partitions";
  });

  leading.child.kill("SIGKILL");
  await leading.end;
  const still = "controller 1001: is part of no quorum: its log of the cluster's metadata stands still";
  assert.deepEqual(await cluster.check(controller), [1, still]);
  assert.deepEqual(await cluster.check(broker), [0, "broker 1: in sync in 2 partitions"], "it goes on serving");
  serving.child.kill("SIGKILL");
  const { stdout, stderr } = await serving.end;
  assertSecretive(cluster, stdout + stderr + (await leading.end).stdout);
});

test("a real secured ZooKeeper node and its brokers", { skip }, async (t) => {
  const cluster = await makeSecured(t, {
    kafka: { version: "3.9.2", mode: "zookeeper" },
    brokers: { count: 2 },
    zookeeper: { count: 1 },
  });
  const [one, two, keeper] = cluster.plan.nodes as [NodePlan, NodePlan, NodePlan];
  // Broker 1 puts the super user into ZooKeeper, for which it waits.
  const brokers = [cluster.start(one), cluster.start(two)] as const;
  const keeping = cluster.start(keeper);
  assert.equal(await cluster.untilServes(keeper, keeping), "zookeeper: leader");
  assert.match(await handshake(cluster, keeper, "ZK_CLIENT_TLS", "ECDHE+AESGCM"), /-GCM-/);
  const cbc = "ECDHE+AES+SHA384:ECDHE+AES+SHA256:ECDHE+AES+SHA1:@SECLEVEL=0";
  await assert.rejects(handshake(cluster, keeper, "ZK_CLIENT_TLS", cbc), /handshake failure/);
  for (const [index, node] of [one, two].entries())
    assert.equal(await cluster.untilServes(node, brokers[index]!), `broker ${node.id}: in sync in 0 partitions`);

  await makeTopic(cluster, two, 2);
  await allow(cluster, [one, two]);
  await eventually("the health check may see topics", async () => {
    const [, says] = await cluster.check(one);
    return says === "broker 1: in sync in 2 partitions";
  });
  for (const { child } of [...brokers, keeping]) child.kill("SIGKILL");
  const ends = await Promise.all([...brokers, keeping].map(({ end }) => end));
  assertSecretive(cluster, ends.map(({ stdout, stderr }) => stdout + stderr).join(""));
});
