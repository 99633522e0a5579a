import type { History, LoggedRecord, PartitionLog, PollEntry, SendEntry, TransactionEntry } from "./history.ts";

/** A history made ready for questions; every map is built once, as a run has tens of thousands of records. */
export interface Indexed extends History {
  readonly sendOf: ReadonlyMap<string, SendEntry>;
  readonly transactionOf: ReadonlyMap<string, TransactionEntry>;
  readonly idempotent: ReadonlySet<string>;
  readonly logOf: ReadonlyMap<number, PartitionLog>;
  /** By partition, then offset. */
  readonly at: ReadonlyMap<number, ReadonlyMap<number, LoggedRecord>>;
  /** All that the log has of clients, whether readers see it or not. */
  readonly copies: readonly Copy[];
  /** Where the log has a record, in the partition that it was sent to; by offset. */
  readonly copiesOf: ReadonlyMap<string, readonly Copy[]>;
  readonly pollsOf: ReadonlyMap<string, readonly PollEntry[]>;
}

export interface Copy extends LoggedRecord {
  readonly partition: number;
}

/** @throws when the history has two things of one name: one would hide the other's faults. */
export function indexHistory(history: History): Indexed {
  requireUnique(
    "record",
    history.sends.map(({ id }) => id),
  );
  requireUnique(
    "producer",
    history.producers.map(({ name }) => name),
  );
  requireUnique(
    "transaction",
    history.transactions.map(({ id }) => id),
  );
  requireUnique(
    "log of partition",
    history.log.map(({ partition }) => partition),
  );
  const copies = history.log
    .flatMap(({ partition, records }) => records.map((record) => ({ ...record, partition })))
    .filter(({ kind }) => kind !== "control")
    .toSorted((a, b) => a.offset - b.offset);
  const sendOf = new Map(history.sends.map((send) => [send.id, send]));
  const isAtHome = ({ id, partition }: Copy) => (sendOf.get(id ?? "")?.partition ?? partition) === partition;
  return {
    ...history,
    sendOf,
    copies,
    transactionOf: new Map(history.transactions.map((one) => [one.id, one])),
    idempotent: new Set(history.producers.filter(({ idempotent }) => idempotent).map(({ name }) => name)),
    logOf: new Map(history.log.map((log) => [log.partition, log])),
    at: new Map(history.log.map((log) => [log.partition, new Map(log.records.map((one) => [one.offset, one]))])),
    copiesOf: Map.groupBy(copies.filter(isAtHome), ({ id }) => id ?? ""),
    pollsOf: Map.groupBy(history.polls, ({ id }) => id),
  };
}

function requireUnique(what: string, names: readonly (string | number)[]): void {
  const seen = new Set<string | number>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw new Error(`the history is not sound: it has ${what} ${twice} twice`);
}

/** Copies that readers of committed records see. */
export const visible = ({ copiesOf }: Indexed, id: string): readonly Copy[] =>
  (copiesOf.get(id) ?? []).filter(({ kind }) => kind === "data");

/** Whether the log was read up to and including this offset, so that what was not found there is not there. */
export function proven({ logOf }: Indexed, partition: number, offset: number | null): boolean {
  const log = logOf.get(partition);
  return log !== undefined && (log.readTo >= log.endOffset || (offset !== null && offset < log.readTo));
}

/** Acknowledged, and not in a transaction that did not commit. */
export function isPromised({ transactionOf }: Indexed, { outcome, transaction }: SendEntry): boolean {
  return outcome === "acked" && (transaction === null || transactionOf.get(transaction)?.outcome === "committed");
}
