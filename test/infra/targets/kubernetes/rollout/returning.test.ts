import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observed, SeenNode } from "../../../../../infra/targets/kubernetes/rollout/decide.ts";
import { Returning } from "../../../../../infra/targets/kubernetes/rollout/returning.ts";

function node(is: SeenNode["is"]): SeenNode {
  const quiet = { forMs: 0, stale: false, owed: false, words: "", troubled: false };
  return { id: 1, roles: ["broker"], pod: "p", is, ...quiet };
}

function kafka(isr: readonly number[], leader = 2): Observed["kafka"] {
  const partition = { topic: "orders", partition: 0, leader, replicas: [1, 2], isr, minIsr: 1 };
  return { brokers: [1, 2], partitions: [partition], quorum: null };
}

const orders = { topic: "orders", partition: 0 };

test("a node that we restarted leads again once Kafka says that it is in sync, and not because its pod is ready", () => {
  const returning = new Returning();
  returning.took(node("ready"), kafka([1, 2], 1));
  assert.deepEqual(returning.left.get(1), { inSync: [orders] });
  for (const [is, said] of [
    ["up", kafka([1, 2])],
    ["ready", kafka([2])],
    ["ready", "Kafka does not answer"],
    ["ready", null],
  ] as const)
    assert.deepEqual(returning.back([node(is)], said), []);
  assert.deepEqual(returning.back([node("ready")], kafka([1, 2])), [{ id: 1, leads: [orders] }]);
  assert.deepEqual(returning.back([node("ready")], kafka([1, 2])), [], "once");
  assert.equal(returning.left.size, 0);
});

test("taken again before it is back, it has yet to return to what it left first", () => {
  const returning = new Returning();
  returning.took(node("ready"), kafka([1, 2]));
  returning.took(node("up"), kafka([2]));
  assert.deepEqual(returning.back([node("ready")], kafka([2])), []);
});

test("taken while Kafka was silent, nobody knows what it left", () => {
  const returning = new Returning();
  returning.took(node("ready"), null);
  assert.deepEqual(returning.back([node("ready")], kafka([2])), [{ id: 1, leads: [] }]);
});
