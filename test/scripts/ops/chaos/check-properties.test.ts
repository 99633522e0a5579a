import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkHistory } from "../../../../scripts/ops/chaos/check.ts";
import type { History, SendEntry } from "../../../../scripts/ops/chaos/history.ts";
import { faultless, GROUPS, ONCE, PLAIN, TRANSACTIONAL, withLog } from "./histories.ts";

const named = (history: History) => checkHistory(history).anomalies.map(({ kind, record }) => [kind, record]);
const by = (history: History) => checkHistory(history).anomalies.map((one) => one.by);

test("a faultless history has no anomaly, whatever was retried, given up, aborted or read again", () => {
  fc.assert(
    fc.property(faultless, (history) => {
      const { anomalies, duplicatesAllowed, unproven } = checkHistory(history);
      assert.deepEqual([anomalies, unproven], [[], []]);
      const stored = history.log.flatMap(({ records }) => records.filter(({ kind }) => kind === "data"));
      assert.equal(duplicatesAllowed, stored.length - new Set(stored.map(({ id }) => id)).size);
    }),
  );
});

/** A history with one fault in it, and what must be said of it: nothing else. */
interface Injected {
  readonly history: History;
  readonly expected: readonly (readonly [kind: string, record: string | null])[];
  readonly by?: "client";
}

const entry = (history: History, send: SendEntry) => history.log[send.partition]!.records[send.offset!]!;
const acked = (producer: string) => (history: History) =>
  history.sends.filter(
    (send) =>
      send.producer === producer &&
      send.outcome === "acked" &&
      send.failures.length === 0 &&
      entry(history, send).kind === "data",
  );
const committed = (history: History) =>
  acked(TRANSACTIONAL)(history).filter(
    ({ transaction }) => history.transactions.find(({ id }) => id === transaction)?.outcome === "committed",
  );
const dropOf = (history: History, id: string) => history.polls.filter((poll) => poll.id !== id);
const hide = (history: History, { partition, id }: SendEntry) =>
  withLog({ ...history, polls: dropOf(history, id) }, partition, (records) =>
    records.map((record) => (record.id === id ? { ...record, kind: "aborted" } : record)),
  );
const isLast = ({ sends }: History, send: SendEntry) =>
  !sends.some((one) => one.key === send.key && one.number > send.number);
const append = (history: History, send: SendEntry, sequence: string | null) => {
  const end = history.log[send.partition]!.endOffset;
  const grown = withLog(
    history,
    send.partition,
    (records) => [...records, { offset: end, id: send.id, kind: "data", sequence }],
    (offset) => offset + 1,
  );
  const polls = GROUPS.map((group) => ({
    group,
    consumer: `${group}-new`,
    session: 0,
    partition: send.partition,
    offset: end,
    id: send.id,
    atMs: 0,
  }));
  return { ...grown, polls: [...grown.polls, ...polls] };
};

const injections: readonly (readonly [
  name: string,
  choose: (history: History) => readonly SendEntry[],
  inject: (history: History, send: SendEntry) => Injected | undefined,
])[] = [
  [
    "an acknowledged record that is gone from the log is lost, and its place no gap besides",
    (history) => [...acked(PLAIN)(history), ...acked(ONCE)(history), ...committed(history)],
    (history, send) => ({
      history: withLog({ ...history, polls: dropOf(history, send.id) }, send.partition, (records) =>
        records.filter(({ id }) => id !== send.id),
      ),
      expected: [["lost-write", send.id]],
    }),
  ],
  [
    "one that was read and is gone is lost too",
    acked(PLAIN),
    (history, send) => ({
      history: withLog(history, send.partition, (records) => records.filter(({ id }) => id !== send.id)),
      expected: [["lost-write", send.id]],
    }),
  ],
  [
    "an acknowledged record whose place another producer's has is lost",
    acked(PLAIN),
    (history, send) => ({
      history: withLog({ ...history, polls: dropOf(history, send.id) }, send.partition, (records) =>
        records.map((record) => (record.id === send.id ? { ...record, id: null, kind: "control" } : record)),
      ),
      expected: [["lost-write", send.id]],
    }),
  ],
  [
    "an acknowledgement that tells the place of an earlier record of an idempotent producer is the client's fault",
    acked(ONCE),
    (history, send) => {
      const invokedMs = history.durationMs + 1;
      const next = { ...send, id: "again", number: 1e6, invokedMs, endedMs: invokedMs + 1 };
      return {
        history: { ...history, sends: [...history.sends, next] },
        expected: [["lost-write", "again"]],
        by: "client",
      };
    },
  ],
  [
    "a committed record that is marked aborted is unread",
    committed,
    (history, send) => ({ history: hide(history, send), expected: [["committed-unread", send.id]] }),
  ],
  [
    "a transaction of unknown end of which a part is visible is torn",
    (history) => acked(TRANSACTIONAL)(history).filter((send) => !committed(history).includes(send)),
    (history, send) => {
      const parts = history.sends.filter(({ transaction }) => transaction === send.transaction);
      if (parts.length < 2) return undefined;
      return { history: hide(history, send), expected: [["torn-transaction", send.id]] };
    },
  ],
  [
    "a visible record whose transaction was aborted is G1a",
    committed,
    (history, send) => {
      const of = history.sends.filter(({ transaction }) => transaction === send.transaction);
      const transactions = history.transactions.map((one) =>
        one.id === send.transaction ? { ...one, outcome: "aborted" as const } : one,
      );
      return { history: { ...history, transactions }, expected: of.map(({ id }) => ["G1a", id] as const) };
    },
  ],
  [
    "a visible record whose send failed is G1a",
    acked(PLAIN),
    (history, send) => ({
      history: {
        ...history,
        sends: history.sends.map((one) => (one === send ? { ...one, outcome: "failed", offset: null } : one)),
      },
      expected: [["G1a", send.id]],
    }),
  ],
  [
    "a record that was sent once and is stored twice is a duplicate",
    acked(PLAIN),
    (history, send) => ({ history: append(history, send, null), expected: [["duplicate", send.id]] }),
  ],
  [
    "an idempotent producer's record that is stored twice under one number is the cluster's duplicate",
    acked(ONCE),
    (history, send) => ({
      history: append(history, send, entry(history, send).sequence),
      expected: [["duplicate", send.id]],
    }),
  ],
  [
    "under two numbers it is the client's",
    acked(ONCE),
    (history, send) => ({
      history: append(history, send, "7/0/999"),
      expected: [["duplicate", send.id]],
      by: "client",
    }),
  ],
  [
    "a record that is stored before one that was sent before it is nonmonotonic",
    acked(PLAIN),
    (history, send) => {
      if (!isLast(history, send)) return undefined;
      // It was sent after the next one of its key, which stands behind it.
      const next = { ...send, id: "next", number: send.number - 0.5 };
      const grown = append(history, next, null);
      const offset = history.log[send.partition]!.endOffset;
      return {
        history: { ...grown, sends: [...grown.sends, { ...next, offset }] },
        expected: [["nonmonotonic-send", send.id]],
      };
    },
  ],
  [
    "an acknowledgement that tells another place than the log is inconsistent",
    acked(PLAIN),
    (history, send) => ({
      history: {
        ...history,
        sends: history.sends.map((one) => (one === send ? { ...one, offset: send.offset! + 1 } : one)),
      },
      expected: [["inconsistent-offsets", send.id]],
    }),
  ],
  [
    "a reader that was given another record at an offset than the log has is inconsistent",
    acked(PLAIN),
    (history, send) => ({
      history: {
        ...history,
        polls: history.polls.map((poll) =>
          poll.id === send.id && poll.group === GROUPS[0] ? { ...poll, id: "another" } : poll,
        ),
      },
      expected: [["inconsistent-offsets", "another"]],
    }),
  ],
  [
    "an offset with nothing there that nobody was promised is a gap",
    acked(PLAIN),
    (history, { partition }) => ({
      history: withLog(
        history,
        partition,
        (records) => records,
        (offset) => offset + 2,
      ),
      expected: [["offset-gap", null]],
    }),
  ],
  [
    "a record that a group read past is skipped, one that it did not come to is unseen by the client's fault",
    (history) => [...acked(PLAIN)(history), ...acked(ONCE)(history), ...committed(history)],
    (history, send) => {
      const polls = history.polls.filter(({ id, group }) => id !== send.id || group !== GROUPS[0]);
      const beyond = polls.some(
        ({ group, partition, offset }) => group === GROUPS[0] && partition === send.partition && offset > send.offset!,
      );
      return {
        history: { ...history, polls },
        expected: [[beyond ? "poll-skip" : "unseen", send.id]],
        ...(beyond ? {} : { by: "client" }),
      };
    },
  ],
  [
    "a record that a consumer is given again within its session is nonmonotonic",
    acked(PLAIN),
    (history, send) => {
      const at = history.polls.findLastIndex(({ id }) => id === send.id);
      return {
        history: { ...history, polls: history.polls.toSpliced(at + 1, 0, history.polls[at]!) },
        expected: [["nonmonotonic-poll", send.id]],
      };
    },
  ],
];

for (const [name, choose, inject] of injections)
  test(name, () => {
    let injected = 0;
    fc.assert(
      fc.property(faultless, fc.nat(), (history, pick) => {
        const candidates = choose(history);
        fc.pre(candidates.length > 0);
        const made = inject(history, candidates[pick % candidates.length]!);
        fc.pre(made !== undefined);
        injected++;
        assert.deepEqual(named(made.history).toSorted(), made.expected.toSorted());
        assert.ok(by(made.history).every((one) => one === (made.by ?? "cluster")));
      }),
    );
    assert.ok(injected >= 50, "it was injected often enough to mean something");
  });

test("what a leader could not be asked for is unproven, never lost", () => {
  fc.assert(
    fc.property(faultless, fc.nat(), (history, pick) => {
      const candidates = acked(PLAIN)(history);
      fc.pre(candidates.length > 0);
      const { partition, offset } = candidates[pick % candidates.length]!;
      const log = history.log.map((one) =>
        one.partition === partition
          ? { ...one, readTo: offset!, records: one.records.filter((record) => record.offset < offset!) }
          : one,
      );
      const { anomalies, unproven } = checkHistory({ ...history, log });
      assert.deepEqual(
        anomalies.filter(({ kind }) => kind !== "G1a"),
        [],
      );
      assert.equal(unproven.length, 1);
    }),
  );
});
