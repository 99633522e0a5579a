import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { MetadataPhase } from "../../../../infra/plan/migration.ts";
import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/load.ts";
import { identify } from "../../../../infra/targets/docker/provider/cluster-id.ts";
import { tracesOf } from "../../../../infra/targets/docker/provider/on-engine.ts";
import { type DockerPlanned, renderContainer } from "../../../../infra/targets/docker/render.ts";

const DEDICATED = "controllers: { placement: dedicated, count: 3 }";
const KAFKA: Readonly<Record<MetadataPhase, string>> = {
  zookeeper: "kafka: { version: 3.9.2, mode: zookeeper }",
  prepare: `kafka: { version: 3.9.2, mode: zookeeper, migration: prepare }\n${DEDICATED}`,
  dualWrite: `kafka: { version: 3.9.2, mode: zookeeper, migration: dualWrite }\n${DEDICATED}`,
  kraftBrokers: `kafka: { version: 3.9.2, mode: zookeeper, migration: kraftBrokers }\n${DEDICATED}`,
  kraft: `kafka: { version: 3.9.2 }\n${DEDICATED}`,
};

/** Containers of one kind of node, for a cluster of that id. */
function containers(phase: MetadataPhase, role: string, clusterId: string) {
  const text = `target: docker\nenvironment: dev\n${KAFKA[phase]}\nsecurity: { profile: scram }\n`;
  const plan = planCluster(parseStack(text, "s.yaml").spec, "s") as DockerPlanned;
  const ports = Object.fromEntries(plan.nodes.map(({ id }) => [`EXTERNAL_TLS@${id}`, 20_000 + id]));
  const traits = { openFiles: 1, startInterval: true };
  return plan.nodes
    .filter(({ roles }) => roles.join() === role)
    .map((node) => ({ files: node.files, ...renderContainer(plan, node, { clusterId, ports, traits }, "hash") }));
}

describe("containers of a migration", () => {
  test("a step leaves alone whom it is not about, though the cluster's id is another from prepare on", () => {
    assert.deepEqual(containers("prepare", "broker", "true"), containers("zookeeper", "broker", "made-up"));
    assert.deepEqual(containers("dualWrite", "controller", "true"), containers("prepare", "controller", "true"));
    assert.deepEqual(containers("kraft", "broker", "true"), containers("kraftBrokers", "broker", "true"));
  });

  test("KRaft nodes are told the id that the first broker chose", () => {
    for (const [phase, role] of [
      ["prepare", "controller"],
      ["kraftBrokers", "broker"],
    ] as const)
      for (const { envs } of containers(phase, role, "true")) assert.deepEqual(envs, ["CLUSTER_ID=true"]);
  });

  test("users come from ZooKeeper: controllers format in no credential, as those of a new cluster do", () => {
    for (const [phase, has] of [
      ["prepare", false],
      ["kraft", true],
    ] as const)
      for (const { files } of containers(phase, "controller", "true")) assert.equal("scram-admin" in files, has, phase);
  });
});

const engine = (fake: object) => fake as Docker;

describe("the id of a cluster that leaves ZooKeeper", () => {
  const archive = pack();
  archive.entry({ name: "meta.properties" }, "#\nversion=0\nbroker.id=1\ncluster.id=chosen\n");
  archive.finalize();
  const docker = engine({ getContainer: () => ({ getArchive: async () => Readable.from(archive) }) });
  const never = engine({ getContainer: () => ({ getArchive: () => Promise.reject(new Error("no such container")) }) });

  test("is the first broker's from the first step on; what the volumes bear is remembered", async () => {
    const begun = await identify(docker, { name: "s", migration: "prepare" }, { clusterId: "made-up" });
    assert.deepEqual(begun, { clusterId: "chosen", labelledId: "made-up" });
    const later = await identify(never, { name: "s", migration: "dualWrite" }, { ...begun, migration: "prepare" });
    assert.deepEqual(later, begun);
    assert.deepEqual(await identify(never, { name: "s" }, { ...begun, migration: "kraftBrokers" }), begun);
  });

  test("a cluster that never was up has none", () =>
    assert.rejects(
      identify(never, { name: "s", migration: "prepare" }, { clusterId: "made-up" }),
      /wanted the cluster's id from broker 1, found that it was never up/,
    ));
});

describe("what volumes tell of a cluster that began with ZooKeeper", () => {
  const volume = (node: number, role: string, id: string) => ({
    Name: `kafka-s-${node}-data`,
    Labels: {
      "kafka-stacks.node": String(node),
      "kafka-stacks.roles": role,
      "kafka-stacks.cluster-id": id,
      "kafka-stacks.mode": "zookeeper",
    },
  });
  const old = [volume(1, "broker", "made-up"), volume(2001, "zookeeper", "made-up")];
  const traces = (...Volumes: object[]) => tracesOf(engine({ listVolumes: async () => ({ Volumes }) }), "s");

  test("its id and shape, as long as it has no controllers", async () => {
    const { clusterIds, leftZooKeeper, shape } = (await traces(...old))!;
    assert.deepEqual([clusterIds, leftZooKeeper, shape.mode], [["made-up"], false, "zookeeper"]);
  });

  test("with controllers both ids, and that nobody knows how far it went", async () => {
    for (const volumes of [
      [...old, volume(1001, "controller", "true")],
      [volume(1001, "controller", "true"), ...old],
    ]) {
      const { clusterIds, leftZooKeeper } = (await traces(...volumes))!;
      assert.deepEqual([clusterIds.toSorted(), leftZooKeeper], [["made-up", "true"], true]);
    }
  });
});
