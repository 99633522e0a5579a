import assert from "node:assert/strict";
import { test } from "node:test";
import { Emptying } from "../../../infra/targets/emptying.ts";
import { RollGate, type RollOptions } from "../../../infra/targets/roll-gate.ts";
import type { GateNode, GateState } from "../../../scripts/ops/gate/state.ts";
import { FakeClock } from "../../helpers/fake-clock.ts";

const node: GateNode = { id: 2, roles: ["broker"] };

/** Three brokers with one partition, of which only those that live are in sync, and node 2 is to be emptied. */
function world(options: Partial<RollOptions> = {}) {
  const [live, done] = [new Set([1, 2, 3]), [] as string[]];
  const clock = new FakeClock();
  const observe = async (): Promise<GateState> => {
    const isr = [...live];
    const partition = { topic: "orders", partition: 0, leader: isr[0] ?? null, replicas: [1, 2, 3], isr, minIsr: 1 };
    return { brokers: isr, partitions: [partition], quorum: null };
  };
  const gate = new RollGate({
    ...{ order: [1, 2, 3], terms: { allowUnavailable: false, replaces: 2 }, observe, clock, patienceMs: 60_000 },
    ...{ isRunning: (id) => live.has(id), elect: async () => {}, log: () => {}, ...options },
  });
  let onStop = () => {};
  const emptying = new Emptying({
    gate,
    nodeId: 2,
    stop: async ({ id }) => {
      live.delete(id);
      done.push("stop");
      onStop();
    },
    forget: () => void done.push("forget"),
    empty: async () => {
      done.push("delete");
      return ["data"];
    },
    emptied: (places) => void done.push(`deleted ${places}`),
  });
  /** As the engine's hooks do. */
  const run = async () => {
    await gate.enter(node);
    await emptying.stopped(node);
    await emptying.removed(node);
    live.add(2);
    await gate.leave(node);
    emptying.served(node);
  };
  const whenStopping = (act: () => void): void => {
    onStop = act;
  };
  return { live, done, run, onStop: whenStopping };
}

test("a node whose records others have stops, is asked about again, and is emptied", async () => {
  const { run, done } = world();
  await run();
  assert.deepEqual(done, ["stop", "forget", "delete", "deleted data"]);
});

test("brokers that die before it stops: it neither stops nor loses anything", async () => {
  const { run, done, live } = world();
  live.delete(1);
  live.delete(3);
  await assert.rejects(run(), /no other replica in sync has the records of orders-0, which broker 2 holds/);
  assert.deepEqual(done, []);
});

test("brokers that die while it stops: it starts with its data, and the deployment fails with the reason", async () => {
  const { run, done, live, onStop } = world();
  onStop(() => {
    live.delete(1);
    live.delete(3);
  });
  await assert.rejects(
    run(),
    /^Error: node 2 keeps its data, and runs with them: no other replica in sync has the records of orders-0/,
  );
  assert.deepEqual(done, ["stop"]);
});

test("one of two others that dies while it stops changes nothing: the third has all", async () => {
  const { run, done, live, onStop } = world();
  onStop(() => live.delete(1));
  await run();
  assert.deepEqual(done.slice(1), ["forget", "delete", "deleted data"]);
});

test("a cluster that does not answer once it has stopped permits nothing", async () => {
  const { run, done } = world({ observeStrictly: () => Promise.reject(new Error("no broker answers")) });
  await assert.rejects(run(), /keeps its data, and runs with them: the cluster does not answer: no broker/);
  assert.deepEqual(done, ["stop"]);
});

test("interrupted while it is asked about: it keeps its data, and the error says what starts it again", async () => {
  const interrupt = new AbortController();
  const { run, done, live, onStop } = world({ signal: interrupt.signal });
  onStop(() => {
    live.clear();
    interrupt.abort(new Error("interrupted"));
  });
  await assert.rejects(run(), /^Error: node 2 was stopped and keeps its data \(interrupted\): the next up starts it$/);
  assert.deepEqual(done, ["stop"]);
});

test("a node that is down already is asked about as well, and one that is not meant is left alone", async () => {
  const { run, done, live } = world();
  for (const id of [1, 2, 3]) live.delete(id);
  await assert.rejects(run(), /keeps its data/);
  assert.deepEqual(done, ["stop"]);
  const other = new Emptying({
    gate: { mayEmpty: async () => undefined },
    nodeId: undefined,
    stop: () => assert.fail(),
    forget: () => assert.fail(),
    empty: () => assert.fail(),
    emptied: undefined,
  });
  await other.stopped(node);
  await other.removed(node);
  other.served(node);
});
