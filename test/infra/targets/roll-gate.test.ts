import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RollGate, type RollOptions } from "../../../infra/targets/roll-gate.ts";
import type { PartitionId } from "../../../scripts/ops/gate/returned.ts";
import type { GateNode, GateState } from "../../../scripts/ops/gate/state.ts";
import { eventually } from "../../helpers/eventually.ts";
import { FakeClock } from "../../helpers/fake-clock.ts";

const ORDER = [1, 2, 3];
const broker = (id: number): GateNode => ({ id, roles: ["broker"] });

interface Seen {
  readonly isr?: readonly number[];
  readonly leader?: number;
  readonly replicas?: readonly number[];
}

/** A cluster with one partition, in ZooKeeper mode. */
function stateOf({ isr = [1, 2, 3], leader = isr[0], replicas = [1, 2, 3] }: Seen): GateState {
  const partition = { topic: "orders", partition: 0, leader: leader ?? null, replicas, isr, minIsr: 2 };
  return { brokers: [1, 2, 3], partitions: [partition], quorum: null };
}

function quorumOf({ leaderId, ages }: { leaderId: number; ages: readonly number[] }): GateState["quorum"] {
  const voters = ages.map((caughtUpAgoMs, index) => ({ id: index + 1, lag: 0, caughtUpAgoMs }));
  return { leaderId, leaderEpoch: 1, voters, observers: [] };
}

function gateOf(options: Partial<RollOptions> = {}): RollGate {
  const observe = async () => stateOf({});
  const terms = { allowUnavailable: false };
  return new RollGate({
    order: ORDER,
    terms,
    isRunning: () => true,
    observe,
    elect: async () => {},
    log: () => {},
    ...options,
  });
}

test("running nodes pass one at a time, in order; a dead one passes at once", async () => {
  const running = new Set([1, 2]);
  const gate = gateOf({
    isRunning: (id) => running.has(id),
    observe: async () => stateOf({}),
    log: () => {},
  });
  const passed: number[] = [];
  const pass = async (id: number) => {
    await gate.enter(broker(id));
    passed.push(id);
    setTimeout(() => void gate.leave(broker(id)), 50);
  };
  const all = [pass(2), pass(1), pass(3)];
  await Promise.race(all);
  assert.deepEqual(passed, [3], "the dead node does not wait");
  await Promise.all(all);
  assert.deepEqual(passed, [3, 1, 2]);
});

test("where racks may go together, brokers of one do, and the next rack waits for all of them", async () => {
  const gate = gateOf({
    order: [1, 2, 3, 4],
    terms: { allowUnavailable: false, parallel: "rack" },
    observe: async () => ({ ...stateOf({ replicas: [1, 2, 3, 4], isr: [1, 2, 3, 4] }), brokers: [1, 2, 3, 4] }),
  });
  const inside = new Set<number>();
  const seen: string[] = [];
  const pass = async (id: number) => {
    const node = { ...broker(id), rack: id % 2 ? "a" : "b" };
    await gate.enter(node);
    inside.add(id);
    setTimeout(() => {
      seen.push([...inside].toSorted().join());
      inside.delete(id);
      void gate.leave(node);
    }, 600);
  };
  await Promise.all([pass(4), pass(3), pass(2), pass(1)]);
  await eventually("all have left", () => inside.size === 0);
  assert.deepEqual(
    seen.filter((ids) => ids.includes(",")),
    ["1,3", "2,4"],
  );
});

test("a cluster that cannot spare a node gets an error with the reason, not a restart", async () => {
  const gate = gateOf({
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
  const gate = gateOf();
  await gate.enter(broker(1));
  const second = gate.enter(broker(2));
  gate.fail(1);
  await assert.rejects(second, /node 2 was left unchanged, because node 1 failed before it/);
});

test("Ctrl-C ends the waiting at once; what waits is told once", async () => {
  const controller = new AbortController();
  const said: string[] = [];
  const gate = gateOf({
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
  assert.deepEqual(said, [
    "the roll waits: broker 1 is needed by orders-0 (in sync: 1, 2; min ISR 2): acks=all would be refused",
  ]);
});

test("a node that is under way already passes again at once: its files and its container are two steps of one turn", async () => {
  const gate = gateOf();
  await gate.enter(broker(1));
  const second = gate.enter(broker(2));
  await gate.enter(broker(1));
  await gate.leave(broker(1));
  await second;
});

test("once the whole cluster goes, those who wait pass at once, and so do those who come", async () => {
  const gate = gateOf({ observe: async () => stateOf({ isr: [1, 2] }) });
  const waiting = [gate.enter(broker(1)), gate.enter(broker(2))];
  gate.open();
  await Promise.all([...waiting, gate.enter(broker(3))]);
});

test("the next one goes when the last is back in the ISR that it left, and leads again what it should", async () => {
  const after: readonly Seen[] = [{ isr: [2, 3] }, { isr: [2, 3] }, { isr: [2, 3, 1], leader: 2 }, {}];
  const elected: (readonly PartitionId[])[] = [];
  let stopped = false;
  let looks = 0;
  const gate = gateOf({
    observe: async () => stateOf((stopped && after[looks++]) || {}),
    elect: async (partitions) => void elected.push(partitions),
  });
  await gate.enter(broker(1));
  stopped = true;
  let passed = false;
  const second = gate.enter(broker(2)).then(() => {
    passed = true;
  });
  await gate.leave(broker(1));
  assert.deepEqual(elected, [[{ topic: "orders", partition: 0 }]], "once");
  assert.equal(passed, false, "not before");
  await second;
});

test("a node that serves and stays out of an ISR ends the roll", async () => {
  let stopped = false;
  const gate = gateOf({ observe: async () => stateOf(stopped ? { isr: [2, 3] } : {}), patienceMs: 300 });
  await gate.enter(broker(1));
  stopped = true;
  const second = gate.enter(broker(2));
  await assert.rejects(gate.leave(broker(1)), /node 1 is not yet back in the ISR of orders-0/);
  await assert.rejects(second, /because node 1 failed before it/);
});

test("an election that fails holds nothing up, and is told", async () => {
  const said: string[] = [];
  const gate = gateOf({
    observe: async () => stateOf({ leader: 2 }),
    elect: () => Promise.reject(new Error("refused")),
    log: (message) => void said.push(message),
  });
  await gate.enter(broker(1));
  await gate.leave(broker(1));
  assert.deepEqual(said, ["node 1 does not lead all it should: refused"]);
});

test("what no restart can spare is refused at once, unless the terms allow it", async () => {
  const observe = async () => stateOf({ replicas: [1], isr: [1] });
  const refused = gateOf({ observe });
  for (const result of await Promise.allSettled([refused.enter(broker(1)), refused.enter(broker(2))]))
    assert.match(String("reason" in result && result.reason), /node . was not restarted: .* orders-0 \(1 replica\)/);
  await gateOf({ observe, terms: { allowUnavailable: true } }).enter(broker(1));
});

test("while what is missing shrinks, the wait goes on beyond the patience", async () => {
  let left = 8;
  const observe = async (): Promise<GateState> => {
    left -= 0.5;
    const [whole] = stateOf({}).partitions;
    const partitions = [1, 2, 3, 4, 5, 6, 7, 8].map((partition) => ({
      ...whole!,
      partition,
      isr: partition <= left ? [1, 2] : [1, 2, 3],
    }));
    return { ...stateOf({}), partitions };
  };
  const began = Date.now();
  await gateOf({ observe, patienceMs: 1_000 }).enter(broker(1));
  assert.ok(Date.now() - began > 2_000, "longer than the patience");
});

describe("a node that runs and has never served since its start", () => {
  const silent = () => Promise.reject(new Error("no broker answers"));
  const absent = async (): Promise<GateState> => ({ ...stateOf({ isr: [2, 3] }), brokers: [2, 3] });
  const gate = (options: Partial<RollOptions>) =>
    gateOf({ neverServed: async (id) => id === 1, clock: new FakeClock(), ...options });

  test("goes at once where the cluster does not answer: with what it started with it never will", async () => {
    const clock = new FakeClock();
    await gate({ observe: silent, clock }).enter(broker(1));
    assert.ok(clock.now() < 1_000);
  });

  test("goes at once where the cluster does not know it, although others can never be spared", async () => {
    const observe = async (): Promise<GateState> => {
      const [whole] = stateOf({}).partitions;
      return { ...(await absent()), partitions: [{ ...whole!, replicas: [2], isr: [2], leader: 2 }] };
    };
    const one = gate({ observe });
    const refused = assert.rejects(one.enter(broker(2)), /orders-0 \(1 replica\)/);
    await one.enter(broker(1));
    await one.leave(broker(1));
    await refused;
  });

  test("waits its turn where it is in sync or votes already: others depend on it", async () => {
    for (const state of [
      stateOf({ isr: [1, 2] }),
      { ...(await absent()), quorum: quorumOf({ leaderId: 2, ages: [100, 0, 60_000] }) },
    ])
      await assert.rejects(
        gate({ observe: async () => state }).enter({ id: 1, roles: ["broker", "controller"] }),
        /node 1 was not restarted, the cluster cannot spare it/,
      );
  });

  test("where it has served, a cluster that does not answer spares nobody", async () => {
    const waiting = gate({ observe: silent }).enter(broker(2));
    await assert.rejects(waiting, /cannot spare it: the cluster does not answer: no broker answers/);
  });
});

test("a node that crashes while it waits goes at once", async () => {
  const clock = new FakeClock();
  const gate = gateOf({ isRunning: () => clock.now() < 2_000, observe: async () => stateOf({ isr: [1, 2] }), clock });
  await gate.enter(broker(1));
  assert.ok(clock.now() < 3_000);
});

test("where nobody can tell whether a node runs, it keeps running", async () => {
  const gate = gateOf({ isRunning: () => Promise.reject(new Error("the engine does not answer")) });
  await assert.rejects(gate.enter(broker(1)), /the engine does not answer/);
});

test("one that stays away as long as the patience counts as failed: those that wait are left unchanged", async () => {
  const clock = new FakeClock();
  const gate = gateOf({ clock });
  await gate.enter(broker(1));
  await assert.rejects(gate.enter(broker(2)), /node 2 was left unchanged, because node 1 failed before it/);
  assert.ok(clock.now() > 300_000);
});
