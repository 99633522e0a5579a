import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHistory } from "../../../../scripts/ops/chaos/check.ts";
import type {
  History,
  LoggedRecord,
  PollEntry,
  SendEntry,
  TransactionEntry,
} from "../../../../scripts/ops/chaos/history.ts";

/** `a0@3`: record a0 was acknowledged at offset 3; `a0?`: given up; `a0!`: failed; `a0~2@3`: two tries before are uncertain. */
function send(text: string, i: number): SendEntry {
  const [, key, number, retries, end, transaction] = /^(\w)(\d+)(~\d)?(@-?\d+|\?|!)(?: in (\w+))?$/.exec(text)!;
  const uncertain = Number(retries?.slice(1) ?? 0);
  return {
    id: `${key}${number}`,
    producer: key!,
    key: key!,
    number: Number(number),
    partition: 0,
    invokedMs: 10 * i,
    endedMs: 10 * i + 5,
    outcome: end === "?" ? "unknown" : end === "!" ? "failed" : "acked",
    offset: end!.startsWith("@") ? (end === "@-1" ? null : Number(end!.slice(1))) : null,
    failures: Array.from({ length: uncertain }, () => ({ kind: "REQUEST_TIMED_OUT", mayBeStored: true })),
    transaction: transaction ?? null,
  };
}

/** `a0 - (b0)`: a record, the marker of a transaction, a record that was aborted; `_`: nothing there. */
function log(text: string): LoggedRecord[] {
  return text.split(" ").flatMap((word, offset): LoggedRecord[] => {
    if (word === "_") return [];
    if (word === "-") return [{ offset, id: null, kind: "control", sequence: null }];
    const [, id, sequence] = /^\(?(\w+?)(?:#(\d))?\)?$/.exec(word)!;
    const kind = word.startsWith("(") ? "aborted" : "data";
    return [{ offset, id: id!, kind, sequence: sequence === undefined ? null : `1/0/${sequence}` }];
  });
}

/** `0:a0 1:a1 | 0:a0`: what a group was given in two sessions. */
function polls(text: string): PollEntry[] {
  return text.split(" | ").flatMap((session, i) =>
    session.split(" ").map((word) => {
      const [offset, id] = word.split(":");
      return { group: "g", consumer: "c", session: i, partition: 0, offset: Number(offset), id: id!, atMs: 0 };
    }),
  );
}

interface Case {
  readonly name: string;
  readonly sends: readonly string[];
  readonly log: string;
  /** Of the one group; absent: there is none. */
  readonly polls?: string;
  /** Transactions by their end; their producer is idempotent. */
  readonly ends?: Readonly<Record<string, TransactionEntry["outcome"]>>;
  /** Producers with idempotence. */
  readonly once?: string;
  readonly readTo?: number;
  /** `kind record@offset`, `client:` before what is not the cluster's. */
  readonly found: readonly string[];
}

function history({ sends, log: text, polls: read, ends = {}, once = "", readTo }: Case): History {
  const endOffset = text.split(" ").length;
  const records = log(text).filter(({ offset }) => offset < (readTo ?? endOffset));
  return {
    durationMs: 1000,
    partitions: 1,
    producers: ["a", "b"].map((name) => ({ name, idempotent: once.includes(name) })),
    groups: read === undefined ? [] : ["g"],
    sends: sends.map(send),
    transactions: Object.entries(ends).map(([id, outcome]) => ({
      ...{ id, producer: "a", begunMs: 0, endedMs: 9 },
      ...{ outcome, error: null },
    })),
    polls: read === undefined ? [] : polls(read),
    log: [{ partition: 0, startOffset: 0, endOffset, readTo: readTo ?? endOffset, records }],
  };
}

const cases: readonly Case[] = [
  { name: "all well", sends: ["a0@0", "b0@1", "a1@2"], log: "a0 b0 a1", polls: "0:a0 1:b0 2:a1", found: [] },
  {
    name: "the log ends before an acknowledged record",
    sends: ["a0@0", "a1@1"],
    log: "a0",
    found: ["lost-write a1@1"],
  },
  {
    name: "overwritten: another record stands where it was acknowledged",
    sends: ["a0@0", "a1@1", "b0@1"],
    log: "a0 b0",
    found: ["lost-write a1@1"],
  },
  {
    name: "overwritten by the same plain producer's next record: no excuse for the cluster",
    sends: ["a0@0", "a1@0"],
    log: "a1",
    found: ["lost-write a0@0"],
  },
  {
    name: "overwritten by the same idempotent producer's next record: no excuse either",
    sends: ["a0@0", "a1@0"],
    log: "a1",
    once: "a",
    found: ["lost-write a0@0"],
  },
  {
    name: "a sequence number that the client gave to two records",
    sends: ["a0@0", "a1@0"],
    log: "a0#0",
    once: "a",
    found: ["client: lost-write a1@0"],
  },
  { name: "acknowledged without an offset, and there", sends: ["a0@-1"], log: "a0", found: [] },
  { name: "acknowledged without an offset, and gone", sends: ["a0@-1"], log: "-", found: ["lost-write a0@?"] },
  {
    name: "given up, read by a group, and gone",
    sends: ["a0?", "b0@0"],
    log: "b0",
    polls: "0:a0 | 0:b0",
    found: ["lost-write a0@0"],
  },
  { name: "given up: it may be there or not", sends: ["a0~1?", "b0~1?"], log: "a0", found: [] },
  { name: "failed, and there all the same", sends: ["a0!"], log: "a0", found: ["G1a a0@0"] },
  { name: "stored twice after one uncertain try", sends: ["a0~1@1"], log: "a0 a0", found: [] },
  { name: "stored three times after one", sends: ["a0~1@1"], log: "a0 a0 a0", found: ["duplicate a0@2"] },
  { name: "given up after one uncertain try, stored twice", sends: ["a0~1?"], log: "a0 a0", found: ["duplicate a0@1"] },
  {
    name: "stored twice under one number of an idempotent producer",
    sends: ["a0~1@0"],
    log: "a0#0 a0#0",
    once: "a",
    found: ["duplicate a0@1"],
  },
  {
    name: "stored twice because the client counted on",
    sends: ["a0~1@0"],
    log: "a0#0 a0#1",
    once: "a",
    found: ["client: duplicate a0@1"],
  },
  { name: "changed places", sends: ["a0@1", "a1@0"], log: "a1 a0", found: ["nonmonotonic-send a1@0"] },
  { name: "changed places, but of two producers", sends: ["a0@1", "b0@0"], log: "b0 a0", found: [] },
  { name: "one that was given up arrives late", sends: ["a0~1?", "a1@0"], log: "a1 a0", found: [] },
  { name: "a later copy of a retry", sends: ["a0~1@0", "a1@1"], log: "a0 a1 a0", found: [] },
  { name: "markers are no gap", sends: ["a0@1"], log: "- a0 -", found: [] },
  { name: "a hole", sends: ["a0@0", "a1@3"], log: "a0 _ _ a1", found: ["offset-gap -@1"] },
  {
    name: "a hole where an acknowledged record was is named by the record",
    sends: ["a0@0", "a1@1", "a2@2"],
    log: "a0 _ a2",
    found: ["lost-write a1@1"],
  },
  {
    name: "the acknowledgement tells another offset",
    sends: ["a0@1"],
    log: "a0 -",
    found: ["inconsistent-offsets a0@1"],
  },
  {
    name: "a reader saw another record at an offset",
    sends: ["a0@0", "a1@1"],
    log: "a0 a1",
    polls: "0:a1 1:a1",
    found: ["inconsistent-offsets a1@0"],
  },
  {
    name: "an aborted record is read by nobody, a committed one by all",
    sends: ["a0@0 in t", "a1@2 in u"],
    ends: { t: "aborted", u: "committed" },
    log: "(a0) - a1 -",
    once: "a",
    polls: "2:a1",
    found: [],
  },
  {
    name: "aborted, and visible",
    sends: ["a0@0 in t"],
    ends: { t: "aborted" },
    log: "a0 -",
    once: "a",
    found: ["G1a a0@0"],
  },
  {
    name: "aborted, hidden at the end, but read before",
    sends: ["a0@0 in t"],
    ends: { t: "aborted" },
    log: "(a0) -",
    once: "a",
    polls: "0:a0",
    found: ["G1a a0@0"],
  },
  {
    name: "committed, and hidden",
    sends: ["a0@0 in t"],
    ends: { t: "committed" },
    log: "(a0) -",
    once: "a",
    found: ["committed-unread a0@0"],
  },
  {
    name: "nobody knows whether it committed: all of it is hidden, or none",
    sends: ["a0@0 in t", "a1@1 in t", "b0@3 in u"],
    ends: { t: "unknown", u: "unknown" },
    log: "(a0) (a1) - b0 -",
    once: "ab",
    found: [],
  },
  {
    name: "nobody knows whether it committed, and it did by half",
    sends: ["a0@0 in t", "a1@1 in t"],
    ends: { t: "unknown" },
    log: "a0 (a1) -",
    once: "a",
    found: ["torn-transaction a1@1"],
  },
  {
    name: "a group begins again where it had committed",
    sends: ["a0@0", "a1@1"],
    log: "a0 a1",
    polls: "0:a0 | 0:a0 1:a1",
    found: [],
  },
  {
    name: "a consumer goes back within a session",
    sends: ["a0@0", "a1@1"],
    log: "a0 a1",
    polls: "0:a0 1:a1 0:a0",
    found: ["nonmonotonic-poll a0@0"],
  },
  {
    name: "a group passes a record by",
    sends: ["a0@0", "a1@1", "a2@2"],
    log: "a0 a1 a2",
    polls: "0:a0 2:a2",
    found: ["poll-skip a1@1"],
  },
  {
    name: "a group stops early: the reader's fault, as the log has the record",
    sends: ["a0@0", "a1@1"],
    log: "a0 a1",
    polls: "0:a0",
    found: ["client: unseen a1@1"],
  },
  { name: "a record that nobody sent", sends: ["a0@0"], log: "a0 x9", found: ["unsent x9@1"] },
  {
    name: "an aborted record that nobody sent",
    sends: ["a0@0"],
    log: "a0 (x9) -",
    found: ["unsent x9@1"],
  },
  {
    name: "a group was given a record that nobody sent, where nothing was read",
    sends: ["a0@0"],
    log: "a0",
    polls: "0:a0 7:x9",
    found: ["unsent x9@7"],
  },
  {
    name: "two records under one sequence number",
    sends: ["a0@0", "a1@1"],
    log: "a0#0 a1#0",
    once: "a",
    found: ["duplicate-sequence a1@1"],
  },
  {
    name: "two producers with one id of the cluster",
    sends: ["a0@0", "b0@1"],
    log: "a0#0 b0#1",
    once: "ab",
    found: ["shared-producer-id b0@1"],
  },
  {
    name: "what could not be read is not lost",
    sends: ["a0@0", "a1@1"],
    log: "a0 a1",
    readTo: 1,
    found: [],
  },
  {
    name: "what was read proves a loss, whatever is beyond it",
    sends: ["a0@0", "b0@1", "a1@2"],
    log: "_ b0 a1",
    readTo: 2,
    found: ["lost-write a0@0"],
  },
];

for (const one of cases)
  test(one.name, () => {
    const { anomalies, unproven } = checkHistory(history(one));
    const found = anomalies.map(
      ({ kind, by, record, offset }) => `${by === "client" ? "client: " : ""}${kind} ${record ?? "-"}@${offset ?? "?"}`,
    );
    assert.deepEqual(found, one.found);
    assert.equal(unproven.length, one.readTo === undefined ? 0 : 1);
  });
