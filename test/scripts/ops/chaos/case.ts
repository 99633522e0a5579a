/** Histories of one partition, written in a line each. */
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

export interface Case {
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

export function history({ sends, log: text, polls: read, ends = {}, once = "", readTo }: Case): History {
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
