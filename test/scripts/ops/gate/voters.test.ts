import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { QuorumReplicaState, QuorumState } from "../../../../scripts/kafka/state.ts";
import { joinStep, leaveStep, type VoterStep } from "../../../../scripts/ops/gate/voters.ts";

const CURRENT_MS = 5_000;

/** `4` keeps up, `4!` does not; `4'` has other data than `4`. */
function replica(text: string): QuorumReplicaState {
  const id = Number.parseInt(text, 10);
  const directoryId = text.includes("'") ? `old-${id}` : `dir-${id}`;
  return { id, directoryId, lag: 0, caughtUpAgoMs: text.includes("!") ? 60_000 : 100 };
}

const quorumOf = (voters: string, observers = "", leaderId = 1): QuorumState => ({
  leaderId,
  leaderEpoch: 1,
  voters: voters.split(" ").map(replica),
  observers: observers.split(" ").filter(Boolean).map(replica),
});

const said = (step: VoterStep): string => Object.values(step).join(": ");

const joins: readonly (readonly [what: string, quorum: QuorumState, expected: RegExp])[] = [
  ["an observer that keeps up", quorumOf("1 2 3", "4 8 9"), /^add$/],
  ["… and does not", quorumOf("1 2 3", "4!"), /^wait: controller 4 does not keep up yet$/],
  ["… of an earlier disk", quorumOf("1 2 3", "4'"), /^wait: controller 4 does not keep up yet$/],
  ["nobody has heard of it", quorumOf("1 2 3", "9"), /^wait: controller 4 does not keep up yet$/],
  ["a voter", quorumOf("1 2 3 4"), /^done$/],
  ["… that leads", quorumOf("1 2 3 4!", "", 4), /^done$/],
  ["… that does not keep up: the next one has to wait", quorumOf("1 2 3 4!"), /^wait: controller 4 votes and does not/],
  ["no leader", quorumOf("1 2 3", "4", -1), /^wait: the quorum has no leader$/],
  ["with one voter down", quorumOf("1 2 3!", "4"), /^add$/],
  ["with two of five down", quorumOf("1 2 3 5! 6!", "4"), /^add$/],
  ["to one voter", quorumOf("1", "4"), /^add$/],
  ["a voter with an earlier disk", quorumOf("1 2 4'", "4"), /^remove: old-4$/],
  [
    "… while another is down",
    quorumOf("1 2! 4'", "4"),
    /^wait: taking controller 4 from the voters waits: of 2 voters only 1 would keep up, and 2 must$/,
  ],
];
for (const [what, quorum, expected] of joins)
  test(`joining: ${what}`, () => assert.match(said(joinStep({ id: 4, directoryId: "dir-4" }, quorum)), expected));

const leaves: readonly (readonly [what: string, quorum: QuorumState, expected: RegExp])[] = [
  ["a voter", quorumOf("1 2 3 4 5"), /^remove: dir-4$/],
  ["… that leads", quorumOf("1 2 3 4 5", "", 4), /^remove: dir-4$/],
  ["… that is down", quorumOf("1 2 3 4!"), /^remove: dir-4$/],
  ["… by its data, not by what the node has now", quorumOf("1 2 3 4'", "4"), /^remove: old-4$/],
  ["an observer", quorumOf("1 2 3", "4"), /^done$/],
  ["no leader", quorumOf("1 2 3 4", "", -1), /^wait: the quorum has no leader$/],
  ["the rest has just a majority", quorumOf("1 2 3! 4"), /^remove: dir-4$/],
  [
    "the rest has none",
    quorumOf("1 2! 3! 4"),
    /^wait: taking controller 4 .*: of 3 voters only 1 would keep up, and 2/,
  ],
  [
    "the last voter",
    quorumOf("4", "", 4),
    /^wait: taking controller 4 .*: of 0 voters only 0 would keep up, and 1 must$/,
  ],
  ["a static voter", { ...quorumOf("1"), voters: [{ id: 4, lag: 0, caughtUpAgoMs: 0 }] }, /^wait: the leader does not/],
];
for (const [what, quorum, expected] of leaves)
  test(`leaving: ${what}`, () => assert.match(said(leaveStep(4, quorum)), expected));

test("whatever is asked in whatever order, a majority of the voters keeps up afterwards", () => {
  const node = fc.record({ id: fc.integer({ min: 1, max: 6 }), joins: fc.boolean(), isDown: fc.boolean() });
  fc.assert(
    fc.property(fc.array(node, { maxLength: 30 }), (asked) => {
      let quorum = quorumOf("1 2 3", "4 5 6");
      for (const { id, joins, isDown } of asked) {
        const step = joins ? joinStep({ id, directoryId: `dir-${id}` }, quorum) : leaveStep(id, quorum);
        const all = [...quorum.voters, ...quorum.observers];
        const voters = new Set(quorum.voters.map((voter) => voter.id));
        if (step.step === "add") voters.add(id);
        if (step.step === "remove") voters.delete(id);
        const [votes, observes] = [true, false].map((is) => all.filter((one) => voters.has(one.id) === is));
        quorum = { ...quorum, voters: votes!, observers: observes! };
        const current = (list: readonly QuorumReplicaState[]) =>
          list.filter((one) => one.id === quorum.leaderId || one.caughtUpAgoMs! <= CURRENT_MS).length;
        if (step.step === "add" || step.step === "remove")
          assert.ok(current(quorum.voters) > quorum.voters.length / 2, JSON.stringify({ step, quorum }));
        const fails = (one: QuorumReplicaState) =>
          one.id === id ? { ...one, caughtUpAgoMs: isDown ? 60_000 : 0 } : one;
        quorum = { ...quorum, voters: quorum.voters.map(fails), observers: quorum.observers.map(fails) };
        // Who leads goes on to, or another that keeps up does.
        if (!quorum.voters.some((one) => one.id === quorum.leaderId))
          quorum = { ...quorum, leaderId: quorum.voters.find((one) => one.caughtUpAgoMs! <= CURRENT_MS)?.id ?? -1 };
      }
    }),
  );
});
