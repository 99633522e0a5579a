import assert from "node:assert/strict";
import { test } from "node:test";
import { Emptying } from "../../../../infra/targets/emptying.ts";
import { ProcessRoll, type ProcessRollOptions } from "../../../../infra/targets/local/process-roll.ts";
import type { LocalNodeArgs } from "../../../../infra/targets/local/render.ts";
import { RollGate, type RollOptions } from "../../../../infra/targets/roll-gate.ts";
import type { GateNode, GateState } from "../../../../scripts/ops/gate/state.ts";
import { FakeClock } from "../../../helpers/fake-clock.ts";

const BROKERS = [1, 2, 3];
const node = (id: number): GateNode => ({ id, roles: ["broker"] });
const args = (nodeId: number): LocalNodeArgs => ({ nodeId }) as LocalNodeArgs;

/** Three brokers with one partition on all of them. */
function world(options: Partial<ProcessRollOptions> = {}, gateOptions: Partial<RollOptions> = {}) {
  const clock = new FakeClock();
  const [down, behind]: [Set<number>, Set<number>] = [new Set(), new Set()];
  const told: string[] = [];
  const done: string[] = [];
  const observe = async (): Promise<GateState> => {
    const isr = BROKERS.filter((id) => !down.has(id) && !behind.has(id));
    const partition = { topic: "orders", partition: 0, leader: isr[0] ?? null, replicas: BROKERS, isr, minIsr: 2 };
    return { brokers: BROKERS.filter((id) => !down.has(id)), partitions: [partition], quorum: null };
  };
  const { replaces } = options;
  const gate = new RollGate({
    ...{ order: BROKERS, observe, clock, isRunning: (id) => !down.has(id), elect: async () => {}, log: () => {} },
    ...{ terms: { allowUnavailable: false, ...(replaces === undefined ? {} : { replaces }) }, patienceMs: 60_000 },
    ...gateOptions,
  });
  const emptying = new Emptying({
    gate,
    nodeId: replaces,
    emptied: undefined,
    stop: async ({ id }) => {
      done.push(`stopped ${id}`);
      down.add(id);
    },
    forget: ({ id }) => void done.push(`forgot ${id}`),
    empty: async ({ id }) => {
      done.push(`emptied ${id}`);
      return [];
    },
  });
  const roll = new ProcessRoll({
    ...{ gate, emptying, replaces, makeLive: async () => false, runsAsWanted: async () => false },
    ...{ isRunning: ({ nodeId }) => !down.has(nodeId), tell: ({ message }) => void told.push(message), ...options },
  });
  return { clock, roll, down, behind, told, done };
}

const adopt = ({ roll }: ReturnType<typeof world>, id: number) => roll.beforeCreate(node(id), args(id));
const update = ({ roll }: ReturnType<typeof world>, id: number) => roll.beforeUpdate(node(id), args(id), args(id));

test("without a state, a node that runs as wanted stays, whatever the others do", async () => {
  const w = world({ runsAsWanted: async () => true }, { observe: () => Promise.reject(new Error("nothing answers")) });
  for (const id of BROKERS) await adopt(w, id);
  assert.equal(w.clock.now(), 0, "it did not wait");
});

test("without a state, nodes that run otherwise restart one at a time", async () => {
  const w = world();
  await adopt(w, 1);
  w.down.add(1);
  let entered = false;
  const second = adopt(w, 2).then(() => {
    entered = true;
  });
  await w.clock.sleep(10_000);
  assert.equal(entered, false);
  w.down.delete(1);
  await w.roll.after(node(1));
  await second;
  assert.equal(entered, true);
});

test("without a state, a node that does not run starts at once, with another one down", async () => {
  const w = world();
  w.down.add(1);
  w.down.add(2);
  await Promise.all([adopt(w, 1), adopt(w, 2)]);
  assert.equal(w.clock.now(), 0);
});

test("what a running node takes at once needs no turn", async () => {
  const w = world({ makeLive: async () => true });
  w.behind.add(2);
  for (const id of BROKERS) await update(w, id);
  assert.equal(w.clock.now(), 0);
});

test("a node that cannot be spared is not stopped: the wait ends with the reason", async () => {
  const w = world();
  w.behind.add(2);
  await assert.rejects(update(w, 1), /node 1 was not restarted, the cluster cannot spare it: .*orders-0/);
  assert.ok(w.clock.now() >= 60_000);
});

test("a node that has never served since its start goes at once, where nothing answers", async () => {
  const observe = () => Promise.reject(new Error("no broker answers"));
  const stuck = world({}, { observe, neverServed: async () => true });
  await update(stuck, 1);
  await adopt(world({}, { observe, neverServed: async () => true }), 1);
  assert.ok(stuck.clock.now() < 1_000, `${stuck.clock.now()} ms`);
  await assert.rejects(update(world({}, { observe, neverServed: async () => false }), 1), /cannot spare it/);
});

test("after a node that failed no other is stopped", async () => {
  const w = world();
  await update(w, 1);
  w.down.add(1);
  const waiting = [update(w, 2), adopt(w, 3)];
  w.roll.failed(node(1));
  for (const one of waiting) await assert.rejects(one, /was left unchanged, because node 1 failed before it/);
});

test("a node that serves and does not return to the ISR ends the roll", async () => {
  const w = world();
  await update(w, 1);
  w.behind.add(1);
  const second = assert.rejects(update(w, 2), /node 2 was left unchanged, because node 1 failed before it/);
  await assert.rejects(w.roll.after(node(1)), /node 1 serves, but is not where it was/);
  await second;
});

for (const way of [adopt, update])
  test(`a node whose data go, by ${way.name}: stopped, asked again, emptied`, async () => {
    const w = world({ replaces: 2, makeLive: async () => true, runsAsWanted: async () => true });
    await way(w, 2);
    assert.deepEqual(w.done, ["stopped 2", "forgot 2", "emptied 2"]);
    w.down.delete(2);
    await w.roll.after(node(2));
    assert.deepEqual(w.told, []);
  });

test("where the second look refuses, the node starts with its data, and the deployment fails with the reason", async () => {
  const w = world({ replaces: 2 }, { observeStrictly: () => Promise.reject(new Error("broker 3 does not answer")) });
  await update(w, 2);
  assert.deepEqual(w.done, ["stopped 2"]);
  w.down.delete(2);
  await w.roll.after(node(2));
  assert.match(w.told.join(), /node 2 keeps its data, and runs with them: .*broker 3 does not answer/);
});
