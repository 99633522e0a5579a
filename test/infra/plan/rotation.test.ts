import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { planCluster } from "../../../infra/plan/plan.ts";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const planOf = (stack: string, rotation: number): ClusterPlan =>
  planCluster(
    parseStack(`${stack}\nsecurity: { profile: scram, rotation: ${rotation} }\nusers: [{ name: app }]\n`, "s.yaml")
      .spec,
    "s",
  );

/** Files of a plan's nodes that differ, by kind of node; the first broker is a kind of its own. */
function changedFiles(before: ClusterPlan, after: ClusterPlan): Record<string, string[]> {
  const changed: Record<string, string[]> = {};
  for (const [i, node] of before.nodes.entries()) {
    const other = after.nodes[i]!;
    assert.ok(isDeepStrictEqual({ ...node, files: {} }, { ...other, files: {} }), "files alone differ");
    const names = Object.keys(node.files).filter((name) => node.files[name] !== other.files[name]);
    if (names.length > 0) changed[node.id === 1 ? "broker 1" : node.roles.join()] = names.toSorted();
  }
  return changed;
}

const kraft = "controllers: { placement: dedicated }";
const zookeeper = "kafka: { mode: zookeeper, version: 3.9.2 }";
const brokers = ["health-password", "jaas.conf"];
const withAdmin = [...brokers, "scram-admin"];
const inContainers = { "broker 1": brokers, broker: brokers, controller: ["scram-admin"] };

describe("another security.rotation: what nodes restart for", () => {
  for (const [title, stack, expected] of [
    ["local", kraft, {}],
    ["local, mode zookeeper", zookeeper, { "broker 1": ["scram-admin"] }],
    ["docker", `target: docker\n${kraft}`, inContainers],
    ["docker, mode zookeeper", `target: docker\n${zookeeper}`, { "broker 1": withAdmin, broker: brokers }],
    ["kubernetes", `target: kubernetes\n${kraft}`, inContainers],
    ["kubernetes, mode zookeeper", `target: kubernetes\n${zookeeper}`, { "broker 1": withAdmin, broker: withAdmin }],
  ] as const)
    test(title, () => assert.deepEqual(changedFiles(planOf(stack, 1), planOf(stack, 2)), expected));
});

test("another security.rotation: every secret of our own has another name, users' and ZooKeeper's have not", () => {
  const [before, after] = [1, 2].map((rotation) => planOf(`target: docker\n${zookeeper}`, rotation).secrets);
  assert.deepEqual(
    after!.filter((name) => before!.includes(name)),
    ["zookeeper-client", "zookeeper-quorum", "password.app.1"],
  );
  assert.deepEqual(
    after!.filter((name) => !before!.includes(name)),
    ["password.kafka-admin.2", "password.kafka-health.2", "password.kafka-smoke.2", "health.2"],
  );
});
