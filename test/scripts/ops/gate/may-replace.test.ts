import assert from "node:assert/strict";
import { test } from "node:test";
import { mayReplace } from "../../../../scripts/ops/gate/may-replace.ts";
import type { GateNode, GateState } from "../../../../scripts/ops/gate/state.ts";

interface Cluster {
  readonly brokers?: readonly number[];
  readonly replicas?: readonly number[];
  readonly isr?: readonly number[];
  readonly stale?: readonly number[];
  readonly voters?: readonly number[];
}

/** One partition, orders-0 with min ISR 1, and a quorum that broker 2 leads. */
function stateOf({
  brokers = [1, 2, 3],
  replicas = [1, 2, 3],
  isr = replicas,
  stale = [],
  voters,
}: Cluster): GateState {
  const seen = (id: number) => ({ id, lag: 0, caughtUpAgoMs: stale.includes(id) ? 60_000 : 100 });
  const ids = voters ?? [1, 2, 3];
  return {
    brokers,
    partitions: [{ topic: "orders", partition: 0, leader: isr[0] ?? null, replicas, isr, minIsr: 1 }],
    quorum: { leaderId: ids.at(-2) ?? 1, leaderEpoch: 1, voters: ids.map(seen), observers: [] },
  };
}

const COMBINED: GateNode["roles"] = ["broker", "controller"];

const rows: readonly (readonly [what: string, id: number, roles: GateNode["roles"], Cluster, expected: RegExp])[] = [
  ["all in sync", 1, COMBINED, {}, /^now$/],
  ["its disk is lost, the others have all", 1, COMBINED, { brokers: [2, 3], isr: [2, 3], stale: [1] }, /^now$/],
  [
    "the last in sync",
    1,
    COMBINED,
    { isr: [1] },
    /^later: no other replica in sync has the records of orders-0, which broker 1 holds; broker 1 is needed/,
  ],
  ["… and down", 1, ["broker"], { brokers: [2, 3], isr: [1] }, /^later: no other replica in sync/],
  ["the others in sync by name only", 1, ["broker"], { brokers: [1] }, /^later: no other replica in sync/],
  ["the only replica, whatever is allowed", 1, ["broker"], { replicas: [1] }, /^never: no other replica in sync/],
  ["the only replica of another", 2, ["broker"], { replicas: [1] }, /^now$/],
  ["another voter is behind", 1, COMBINED, { stale: [3] }, /^later: controller 3 does not keep up, and may lack/],
  ["… which does not vote with it", 1, ["broker"], { stale: [8], voters: [7, 8, 9] }, /^now$/],
  ["the leader's own standing is unknown", 1, COMBINED, { stale: [2] }, /^now$/],
  ["the only voter", 1, ["controller"], { voters: [1] }, /^never: controller 1 is the only voter/],
];

for (const [what, id, roles, cluster, expected] of rows)
  test(`may replace: ${what}`, () => {
    const answer = mayReplace({ id, roles }, stateOf(cluster), { allowUnavailable: true });
    const words = answer.may === "now" ? "" : `: ${answer.reasons.map((reason) => reason.words).join("; ")}`;
    assert.match(`${answer.may}${words}`, expected);
  });
