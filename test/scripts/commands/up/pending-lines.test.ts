import assert from "node:assert/strict";
import { test } from "node:test";
import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/load.ts";
import { changeCount, type Pending, pendingLines } from "../../../../scripts/commands/up/pending-lines.ts";

const { spec } = parseStack(
  "security: { profile: scram }\ntopics: [{ name: orders }, { name: more }]\nusers: [{ name: app }]\n",
  "shop.yaml",
);
const plan = planCluster(spec, "shop");

const PENDING: Pending = {
  topics: [
    { action: "add-partitions", topic: "orders", from: { partitions: 1 }, to: { partitions: 3 }, reason: "declared" },
    { action: "unmanaged", topic: "other", from: { partitions: 1 }, to: undefined, reason: "not declared" },
  ],
  access: [
    { kind: "credential", action: "add", user: "app", mechanism: "SCRAM-SHA-512", reason: "no password yet" },
    { kind: "credential", action: "extra", user: "old", mechanism: "SCRAM-SHA-512", reason: "not declared" },
  ],
};

test("before the question: topic and access changes, and what is kept", () => {
  assert.equal(changeCount(PENDING), 2);
  assert.deepEqual(pendingLines(plan, PENDING, []), [
    "topics to change after the deployment:",
    "  ACTION          TOPIC   FROM          TO            WHY",
    "  add-partitions  orders  1 partitions  3 partitions  declared",
    "access to change after the deployment:",
    "  CHANGE  USER  WHAT                     WHY",
    "  add     app   password, SCRAM-SHA-512  no password yet",
    "access: 1 not declared and kept",
  ]);
});

test("nothing to change is said too", () => {
  const none = { topics: [], access: [] };
  assert.equal(changeCount(none), 0);
  assert.deepEqual(pendingLines(plan, none, []), ["topics and access: as declared"]);
  assert.deepEqual(pendingLines(plan, none, ["access"]), ["topics: as declared"]);
  assert.deepEqual(pendingLines(plan, none, ["access", "topics"]), []);
});

test("a cluster that cannot tell: the changes follow", () => {
  const later = { later: "the cluster is not up" };
  assert.equal(changeCount(later), 0);
  assert.deepEqual(pendingLines(plan, later, []), [
    "topics and access: the cluster is not up; what differs is made after the deployment (declared: 2 topics, 1 user)",
  ]);
});

test("of many changes the first are shown, and what shows all", () => {
  const topics = Array.from({ length: 41 }, (_, index) => ({
    action: "create" as const,
    topic: `t${index}`,
    from: undefined,
    to: { partitions: 1, replicationFactor: 1, config: {} },
    reason: "declared but not there",
  }));
  const lines = pendingLines(plan, { topics, access: [] }, []);
  assert.equal(lines.length, 43);
  assert.equal(lines.at(-1), "  … and 1 more: kafka-stacks topics plan STACK");
});
