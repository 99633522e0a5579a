import assert from "node:assert/strict";
import { test } from "node:test";
import type { RollNode, RollState } from "../../../infra/targets/roll.ts";
import { RollGate } from "../../../infra/targets/roll-gate.ts";
import { isrState } from "../../../scripts/kafka/isr.ts";

const ORDER = [1, 2, 3];
const broker = (id: number): RollNode => ({ id, roles: ["broker"] });

/** A cluster with one partition, in ZooKeeper mode. */
function stateOf({ isr = [1, 2, 3] }: { readonly isr?: readonly number[] }): RollState {
  const partition = { topic: "orders", partition: 0, leader: isr[0] ?? null, replicas: [1, 2, 3], isr, minIsr: 2 };
  return { isr: isrState([partition]), quorum: null };
}

test("running nodes pass one at a time, in order; a dead one passes at once", async () => {
  const running = new Set([1, 2]);
  const gate = new RollGate({
    order: ORDER,
    isRunning: (id) => running.has(id),
    observe: async () => stateOf({}),
    log: () => {},
  });
  const passed: number[] = [];
  const pass = async (id: number) => {
    await gate.enter(broker(id));
    passed.push(id);
    setTimeout(() => gate.leave(id), 50);
  };
  const all = [pass(2), pass(1), pass(3)];
  await Promise.race(all);
  assert.deepEqual(passed, [3], "the dead node does not wait");
  await Promise.all(all);
  assert.deepEqual(passed, [3, 1, 2]);
});

test("a cluster that cannot spare a node gets an error with the reason, not a restart", async () => {
  const gate = new RollGate({
    order: ORDER,
    isRunning: () => true,
    observe: async () => stateOf({ isr: [1, 2] }),
    log: () => {},
    patienceMs: 500,
  });
  await assert.rejects(
    gate.enter(broker(1)),
    /node 1 was not restarted, the cluster cannot spare it: broker 1 is needed by orders-0/,
  );
});

test("after a node failed to come back, no other is taken down", async () => {
  const options = { order: ORDER, isRunning: () => true, observe: async () => stateOf({}), log: () => {} };
  const gate = new RollGate(options);
  await gate.enter(broker(1));
  const second = gate.enter(broker(2));
  gate.fail(1);
  await assert.rejects(second, /node 2 was left as it is, because node 1 failed before it/);
});

test("Ctrl-C ends the waiting at once; what waits is told once", async () => {
  const controller = new AbortController();
  const said: string[] = [];
  const gate = new RollGate({
    order: ORDER,
    isRunning: () => true,
    observe: async () => stateOf({ isr: [1, 2] }),
    log: (message) => {
      said.push(message);
      setTimeout(() => controller.abort(), 600);
    },
    signal: controller.signal,
  });
  const waiting = [gate.enter(broker(1)), gate.enter(broker(2))];
  for (const { status, ...result } of await Promise.allSettled(waiting)) {
    assert.equal(status, "rejected");
    assert.match(String("reason" in result && result.reason), /interrupted before its turn/);
  }
  assert.deepEqual(said, ["the roll waits, at most 5 min: broker 1 is needed by orders-0 (in sync: 1, 2; min ISR 2)"]);
});

test("a node that is under way already passes again at once: its files and its container are two steps of one turn", async () => {
  const options = { order: ORDER, isRunning: () => true, observe: async () => stateOf({}), log: () => {} };
  const gate = new RollGate(options);
  await gate.enter(broker(1));
  const second = gate.enter(broker(2));
  await gate.enter(broker(1));
  gate.leave(1);
  await second;
});

test("once the whole cluster goes, those who wait pass at once, and so do those who come", async () => {
  const options = { order: ORDER, isRunning: () => true, observe: async () => stateOf({ isr: [1, 2] }), log: () => {} };
  const gate = new RollGate(options);
  const waiting = [gate.enter(broker(1)), gate.enter(broker(2))];
  gate.open();
  await Promise.all([...waiting, gate.enter(broker(3))]);
});
