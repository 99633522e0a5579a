import assert from "node:assert/strict";
import { test } from "node:test";
import { nextToRestart } from "../../../../scripts/ops/gate/next.ts";
import type { GateNode, GateState } from "../../../../scripts/ops/gate/state.ts";

const ORDER = [1001, 1002, 1003, 1, 2, 3];
const broker = (id: number): GateNode => ({ id, roles: ["broker"] });
const controller = (id: number): GateNode => ({ id, roles: ["controller"] });
const combined = (id: number): GateNode => ({ id, roles: ["broker", "controller"] });

interface Cluster {
  readonly isr?: readonly number[];
  readonly minIsr?: number;
  readonly leader?: number;
  readonly voters?: readonly number[];
  readonly stale?: readonly number[];
}

function stateOf({
  isr = [1, 2, 3],
  minIsr = 2,
  leader = 1001,
  voters = [1001, 1002, 1003],
  stale = [],
}: Cluster): GateState {
  const partition = { topic: "orders", partition: 0, leader: isr[0] ?? null, replicas: [1, 2, 3], isr, minIsr };
  const replica = (id: number) => ({ id, lag: 0, caughtUpAgoMs: stale.includes(id) ? 60_000 : 100 });
  return {
    brokers: [1, 2, 3],
    partitions: [partition],
    quorum: { leaderId: leader, leaderEpoch: 1, voters: voters.map(replica), observers: [] },
  };
}

const rows: readonly (readonly [string, readonly GateNode[], Cluster, number | RegExp])[] = [
  ["the plan's order decides", [broker(3), broker(2)], {}, 2],
  ["controllers go before brokers", [broker(1), controller(1003)], {}, 1003],
  ["the active controller goes last of the controllers", [controller(1001), controller(1002)], {}, 1002],
  ["the active controller still goes before brokers", [broker(1), controller(1001)], {}, 1001],
  ["the leading combined node goes last", [combined(1), combined(2)], { leader: 1, voters: [1, 2, 3] }, 2],
  [
    "a broker that min ISR needs stays",
    [broker(1)],
    { isr: [1, 2] },
    /needed by orders-0 \(in sync: 1, 2; min ISR 2\)/,
  ],
  ["a broker out of the ISR may go", [broker(3)], { isr: [1, 2] }, 3],
  ["a broker out of the ISR goes before those that wait for it", [broker(1), broker(3)], { isr: [1, 2] }, 3],
  ["brokers do not overtake a controller that is needed", [controller(1002), broker(3)], { stale: [1003] }, /1002/],
  ["no spare replica by design is refused", [broker(1)], { minIsr: 3 }, /no restart can spare: orders-0 \(3 replicas/],
  ["… and nobody else goes instead", [controller(1002), broker(1)], { minIsr: 3 }, /no restart can spare/],
  ["a voter that the majority needs stays", [controller(1002)], { stale: [1003] }, /controller 1002 is needed/],
];

for (const [name, waiting, cluster, expected] of rows)
  test(`next to restart: ${name}`, () => {
    const next = nextToRestart(waiting, ORDER, stateOf(cluster), { allowUnavailable: false });
    if (typeof expected === "number") assert.deepEqual(next, { action: "restart", id: expected });
    else assert.match(next.action === "restart" ? `restart ${next.id}` : next.reason, expected);
  });

test("next to restart: a version that cannot run the cluster is refused, and no consent is offered", () => {
  const state = { ...stateOf({}), finalized: { "metadata.version": 30 } };
  const next = nextToRestart([broker(1)], ORDER, state, { allowUnavailable: true, kafkaVersion: "3.9.2" });
  assert.deepEqual([next.action, next.action === "refuse" && next.next], ["refuse", "put kafka.version back"]);
});
