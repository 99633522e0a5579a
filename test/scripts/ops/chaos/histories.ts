import fc from "fast-check";
import type {
  History,
  LoggedRecord,
  PartitionLog,
  PollEntry,
  SendEntry,
  SendFailure,
} from "../../../../scripts/ops/chaos/history.ts";

export const PLAIN = "plain";
export const ONCE = "once";
export const TRANSACTIONAL = "transactional";
export const GROUPS = ["one", "two"] as const;
const PARTITIONS = 3;

const MAYBE: SendFailure = { kind: "REQUEST_TIMED_OUT", mayBeStored: true };
const NO: SendFailure = { kind: "NOT_ENOUGH_REPLICAS", mayBeStored: false };

/** What a faultless cluster may do with one step of the load. */
type Step =
  | { readonly send: "acked" | "acked-twice-sent" | "acked-twice-stored" | "unknown-stored" | "unknown" | "failed" }
  | { readonly once: "acked" | "acked-twice-sent" }
  | { readonly transaction: "committed" | "aborted" | "unknown-committed" | "unknown-aborted"; readonly size: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      send: fc.constantFrom(
        "acked",
        "acked",
        "acked-twice-sent",
        "acked-twice-stored",
        "unknown-stored",
        "unknown",
        "failed",
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ once: fc.constantFrom("acked", "acked-twice-sent") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      transaction: fc.constantFrom("committed", "aborted", "unknown-committed", "unknown-aborted"),
      size: fc.integer({ min: 1, max: 4 }),
    }),
  },
) as fc.Arbitrary<Step>;

/** Builds a history as a faultless cluster and faultless clients leave it. */
class Faultless {
  readonly sends: SendEntry[] = [];
  readonly transactions: History["transactions"][number][] = [];
  readonly logs: LoggedRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  #numbers = new Map<string, number>();
  #clock = 0;
  #sequence = 0;

  take(step: Step, lane: number): void {
    if ("transaction" in step) this.#transaction(step.transaction, step.size, lane);
    else if ("once" in step) {
      const sequence = `7/0/${this.#sequence++}`;
      const failures = step.once === "acked" ? [] : [MAYBE, NO];
      const send = this.#send(ONCE, lane, "acked", failures, null);
      this.#acked(send, this.#store(send, "data", sequence));
    } else this.#plain(step.send, lane);
  }

  #plain(how: Extract<Step, { send: unknown }>["send"], lane: number): void {
    if (how === "failed") this.#ended(this.#send(PLAIN, lane, "failed", [NO, NO], null));
    else if (how.startsWith("unknown")) {
      const send = this.#send(PLAIN, lane, "unknown", [NO, MAYBE], null);
      if (how === "unknown-stored") this.#store(send, "data", null);
      this.#ended(send);
    } else {
      const send = this.#send(PLAIN, lane, "acked", how === "acked" ? [] : [MAYBE], null);
      if (how === "acked-twice-stored") this.#store(send, "data", null);
      this.#acked(send, this.#store(send, "data", null));
    }
  }

  #transaction(outcome: string, size: number, lane: number): void {
    const id = `t${this.transactions.length}`;
    const committed = outcome.endsWith("committed");
    const begunMs = this.#clock++;
    const touched = new Set<number>();
    for (let i = 0; i < size; i++) {
      const send = this.#send(TRANSACTIONAL, (lane + i) % PARTITIONS, "acked", [], id);
      touched.add(send.partition);
      this.#acked(send, this.#store(send, committed ? "data" : "aborted", `8/0/${this.#sequence++}`));
    }
    for (const partition of touched) this.#append(partition, { id: null, kind: "control", sequence: null });
    const told = outcome.startsWith("unknown") ? "unknown" : committed ? "committed" : "aborted";
    this.transactions.push({
      id,
      producer: TRANSACTIONAL,
      begunMs,
      endedMs: this.#clock++,
      outcome: told,
      error: null,
    });
  }

  #send(
    producer: string,
    partition: number,
    outcome: SendEntry["outcome"],
    failures: SendFailure[],
    transaction: string | null,
  ): SendEntry {
    const key = `${producer}-${partition}`;
    const number = this.#numbers.get(key) ?? 0;
    this.#numbers.set(key, number + 1);
    const invokedMs = this.#clock++;
    const id = `${key}/${number}`;
    return {
      id,
      producer,
      key,
      number,
      partition,
      invokedMs,
      endedMs: invokedMs,
      outcome,
      offset: null,
      failures,
      transaction,
    };
  }

  #acked(send: SendEntry, offset: number): void {
    this.#ended({ ...send, offset });
  }

  #ended(send: SendEntry): void {
    this.sends.push({ ...send, endedMs: this.#clock++ });
  }

  #store({ partition, id }: SendEntry, kind: LoggedRecord["kind"], sequence: string | null): number {
    return this.#append(partition, { id, kind, sequence });
  }

  #append(partition: number, record: Omit<LoggedRecord, "offset">): number {
    const offset = this.logs[partition]!.length;
    this.logs[partition]!.push({ ...record, offset });
    return offset;
  }

  history(cuts: readonly number[]): History {
    return {
      durationMs: this.#clock,
      partitions: PARTITIONS,
      producers: [
        { name: PLAIN, idempotent: false },
        { name: ONCE, idempotent: true },
        { name: TRANSACTIONAL, idempotent: true },
      ],
      groups: GROUPS,
      sends: this.sends,
      transactions: this.transactions,
      polls: GROUPS.flatMap((group) => this.logs.flatMap((log, partition) => pollsOf(group, partition, log, cuts))),
      log: this.logs.map(
        (records, partition): PartitionLog => ({
          partition,
          startOffset: 0,
          endOffset: records.length,
          readTo: records.length,
          records,
        }),
      ),
    };
  }
}

/** A group that reads a partition in sessions, each of which begins a few records before the end of the one before. */
function pollsOf(group: string, partition: number, log: readonly LoggedRecord[], cuts: readonly number[]): PollEntry[] {
  const data = log.filter(({ kind }) => kind === "data");
  const ends = [...cuts.map((cut) => cut % (data.length + 1)).toSorted((a, b) => a - b), data.length];
  return ends.flatMap((end, session) => {
    const from = Math.max(0, (ends[session - 1] ?? 0) - session);
    return data.slice(from, end).map(
      ({ id, offset }): PollEntry => ({
        group,
        consumer: `${group}-${session % 2}`,
        session,
        partition,
        offset,
        id: id!,
        atMs: offset,
      }),
    );
  });
}

/** The history of a faultless run: retries, given up sends, aborted transactions and rebalances included. */
export const faultless: fc.Arbitrary<History> = fc
  .record({
    steps: fc.array(fc.tuple(step, fc.nat(PARTITIONS - 1)), { minLength: 5, maxLength: 40 }),
    cuts: fc.array(fc.nat(30), { maxLength: 3 }),
  })
  .map(({ steps, cuts }) => {
    const made = new Faultless();
    for (const [one, lane] of steps) made.take(one, lane);
    return made.history(cuts);
  });

/** The history with one partition's log replaced. */
export function withLog(
  history: History,
  partition: number,
  change: (records: readonly LoggedRecord[]) => readonly LoggedRecord[],
  end: (endOffset: number) => number = (endOffset) => endOffset,
): History {
  const log = history.log.map((one) =>
    one.partition === partition
      ? { ...one, records: change(one.records), endOffset: end(one.endOffset), readTo: end(one.readTo) }
      : one,
  );
  return { ...history, log };
}
