import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterPlan, NodePlan } from "../../../../infra/plan/types.ts";
import { topicsReport } from "../../../../scripts/ops/topics/change.ts";
import { diffOverrides, overridableKeys } from "../../../../scripts/ops/topics/overrides.ts";
import { changeRow } from "../../../../scripts/ops/topics/words.ts";
import { plan as healthyPlan } from "../health/healthy.ts";

const PROPERTIES = {
  "log.cleaner.min.cleanable.ratio": "0.0005",
  "log.cleanup.policy": "compact,delete",
  "log.dirs": "{{dir:data}}",
  "min.insync.replicas": "2",
  "num.io.threads": "8",
};
const nodes = healthyPlan.nodes.map(
  (node): NodePlan => ({ ...node, config: { name: "server.properties", properties: PROPERTIES } }),
);
const plan: ClusterPlan = { ...healthyPlan, nodes };

const rowsOf = (broker: number | null, values: Record<string, string>) =>
  diffOverrides(plan, [{ broker, values }]).map((change) => changeRow(change).slice(0, 4).join("|"));

test("what is set on the running cluster and is the plan's value, by its type, is no drift", () => {
  const values = {
    "log.cleaner.min.cleanable.ratio": "5.0E-4",
    "log.cleanup.policy": "delete,compact",
    "min.insync.replicas": "2",
    "message.max.bytes": "17",
  };
  assert.deepEqual([rowsOf(null, values), rowsOf(1, values)], [[], []]);
});

test("the cluster's min.insync.replicas is set, up and down: Kafka 4 refuses to delete it", () => {
  for (const found of ["1", "3"])
    assert.deepEqual(rowsOf(null, { "min.insync.replicas": found }), [
      `set-broker-config|(cluster)|min.insync.replicas=${found}|min.insync.replicas=2`,
    ]);
});

test("other keys are given back to the file, of the cluster and of one broker", () => {
  assert.deepEqual(rowsOf(null, { "num.io.threads": "16" }), [
    "set-broker-config|(cluster)|num.io.threads=16|num.io.threads=(not set)",
  ]);
  assert.deepEqual(rowsOf(2, { "num.io.threads": "16", "min.insync.replicas": "1" }), [
    "set-broker-config|(broker 2)|min.insync.replicas=1 num.io.threads=16|min.insync.replicas=(not set) num.io.threads=(not set)",
  ]);
});

test("a broker that the plan does not have is left alone", () =>
  assert.deepEqual(rowsOf(9, { "num.io.threads": "1" }), []));

test("it is drift", () => {
  const changes = diffOverrides(plan, [{ broker: null, values: { "min.insync.replicas": "1" } }]);
  assert.equal(topicsReport("s", changes).inSync, false);
});

test("only keys whose planned value a broker can confirm are asked for", () => {
  assert.deepEqual(
    overridableKeys(plan).toSorted(),
    Object.keys(PROPERTIES).filter((key) => key !== "log.dirs"),
  );
});
