import assert from "node:assert/strict";
import { test } from "node:test";
import { type MayStop, mayStop } from "../../../../scripts/ops/gate/may-stop.ts";
import { partitionRisks } from "../../../../scripts/ops/gate/risks.ts";
import type { GateNode, GateState } from "../../../../scripts/ops/gate/state.ts";

interface Cluster {
  readonly brokers?: readonly number[];
  readonly replicas?: readonly number[];
  readonly isr?: readonly number[];
  readonly leader?: number | null;
  readonly minIsr?: number;
  readonly moving?: boolean;
  readonly voters?: readonly number[];
  readonly stale?: readonly number[];
  readonly recovering?: readonly number[];
}

/** One partition, orders-0, and a quorum. */
function stateOf(cluster: Cluster): GateState {
  const { brokers = [1, 2, 3], replicas = [1, 2, 3], isr = replicas, minIsr = 2, moving = false } = cluster;
  const { voters = [], stale = [], recovering = [], leader = isr[0] ?? null } = cluster;
  const replica = (id: number) => ({ id, lag: 0, caughtUpAgoMs: stale.includes(id) ? null : 100 });
  return {
    brokers,
    partitions: [{ topic: "orders", partition: 0, leader, replicas, isr, minIsr, moving }],
    quorum: { leaderId: voters[0] ?? -1, leaderEpoch: 1, voters: voters.map(replica), observers: [] },
    recovering: new Map(recovering.map((id) => [id, "loads its logs: 3 of 9"])),
  };
}

const wordsOf = (answer: MayStop): string =>
  answer.may === "now" ? "now" : `${answer.may}: ${answer.reasons.map(({ words }) => words).join("; ")}`;

const roles = { b: ["broker"], c: ["controller"], x: ["broker", "controller"] } as const;
const node = (name: string): GateNode => ({ id: Number(name.slice(1)), roles: roles[name[0] as keyof typeof roles] });

const rows: readonly (readonly [what: string, node: string, Cluster, strict: RegExp, allowed?: RegExp])[] = [
  ["all in sync", "b1", {}, /^now$/],
  ["one down", "b1", { isr: [1, 2] }, /^later: broker 1 is needed by orders-0 .*: acks=all would be refused$/],
  ["itself out of sync", "b3", { isr: [1, 2] }, /^now$/],
  ["the last in sync leads", "b1", { isr: [1], minIsr: 1 }, /no other replica has what it acknowledged/],
  ["the last in sync does not lead", "b1", { isr: [1], leader: null }, /no other replica could lead/],
  ["in the ISR by name only", "b1", { isr: [1, 2, 3], brokers: [1, 2] }, /^later: .*acks=all/],
  ["a broker that serves nobody", "b1", { isr: [1], brokers: [2, 3] }, /^now$/],
  ["a broker that recovers", "b1", { brokers: [2, 3], recovering: [1] }, /^later: node 1 loads its logs: 3 of 9$/],
  ["another that recovers", "b2", { recovering: [1] }, /^now$/],
  ["a partition on the move", "b1", { moving: true }, /^later: replicas of orders-0 are being moved/],
  ["… of others", "b4", { moving: true, brokers: [1, 2, 3, 4] }, /^now$/],
  ["one replica", "b1", { replicas: [1], minIsr: 1 }, /^never: .*orders-0 \(1 replica\)/, /^now$/],
  ["one replica elsewhere", "b2", { replicas: [1], minIsr: 1 }, /^now$/],
  ["as many as min ISR", "b1", { replicas: [1, 2] }, /^never: .*orders-0 \(2 replicas, min ISR 2\)/, /^now$/],
  ["… the other one away", "b1", { replicas: [1, 2], isr: [1] }, /^never/, /^later: .*no other replica has/],
  ["… itself away", "b1", { replicas: [1, 2], isr: [2] }, /^now$/],
  ["three voters", "c7", { voters: [7, 8, 9] }, /^now$/],
  [
    "… one of them stale",
    "c7",
    { voters: [7, 8, 9], stale: [9] },
    /^later: controller 7 .*only 1 others keep up and 2 must/,
  ],
  ["… the stale one itself", "c9", { voters: [7, 8, 9], stale: [9] }, /^now$/],
  ["… a leader whose own standing is unknown", "c8", { voters: [7, 8, 9], stale: [7] }, /^now$/],
  ["two voters", "c7", { voters: [7, 8] }, /^never: controller 7 is one of 2 voters/, /^now$/],
  ["… the other one stale", "c7", { voters: [7, 8], stale: [8] }, /^never/, /^later/],
  [
    "a single node",
    "x1",
    { voters: [1], replicas: [1], minIsr: 1, brokers: [1] },
    /^never: .*; controller 1 is/,
    /^now$/,
  ],
  ["a broker does not vote", "b1", { voters: [7, 8, 9], stale: [8, 9] }, /^now$/],
];

for (const [what, name, cluster, strict, allowed = strict] of rows)
  for (const [allowUnavailable, expected] of [
    [false, strict],
    [true, allowed],
  ] as const)
    test(`may stop: ${name}, ${what}${allowUnavailable ? ", outages allowed" : ""}`, () => {
      assert.match(wordsOf(mayStop(node(name), stateOf(cluster), { allowUnavailable })), expected);
    });

test("may stop: each of several reasons is told, and how much is missing", () => {
  const answer = mayStop(node("x1"), stateOf({ isr: [1], moving: true, voters: [1, 2, 3], stale: [2, 3] }), {
    allowUnavailable: false,
  });
  assert.deepEqual(answer.may === "later" && answer.reasons.map(({ why, missing }) => [why, missing]), [
    ["moving", 1],
    ["partitions", 2],
    ["quorum", 2],
  ]);
});

test("the worst of many partitions is named first", () => {
  const [one] = stateOf({}).partitions;
  const partitions = [
    { ...one!, partition: 0, isr: [1, 2] },
    { ...one!, partition: 1, isr: [1] },
  ];
  const state = { ...stateOf({}), partitions };
  assert.deepEqual(
    partitionRisks(1, state, { allowUnavailable: false }).map(({ risk }) => risk),
    ["acks-all-refused", "acks1-loss"],
  );
  assert.match(wordsOf(mayStop(node("b1"), state, { allowUnavailable: false })), /orders-1 .* and 1 more: no other/);
});

test("a node does not come back with a version that cannot run with the cluster's features, whoever consents", () => {
  const answer = (kafkaVersion: string, level: number) =>
    wordsOf(
      mayStop(
        node("x1"),
        { ...stateOf({}), finalized: { "metadata.version": level } },
        { allowUnavailable: true, kafkaVersion },
      ),
    );
  assert.equal(answer("3.9.2", 21), "now");
  assert.equal(answer("4.3.1", 30), "now");
  assert.match(
    answer("3.9.2", 30),
    /^never: metadata\.version is finalized at 30 \(4\.3-IV0\), and Kafka 3\.9\.2 supports/,
  );
});
