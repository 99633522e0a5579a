/**
 * What clients should not notice: nodes that are restarted on purpose, one after the other, through the gate. Of an accident
 * a cluster heals; of this it must not suffer.
 */
import type { SendEntry } from "./history.ts";

/** Longest time in which a partition may acknowledge nothing: its leader moves, and clients look for the new one. */
export const STALL_LIMIT_MS = 5_000;

/**
 * acks=all was not to be had: more nodes were away than one. Of records of transactions these tell nothing: a broker answers
 * so, too, while it cannot ask the coordinator whether the transaction is open (KIP-890, kafka.server.ReplicaManager).
 */
const REFUSED: ReadonlySet<string> = new Set(["NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND"]);

/** From the first stop until the cluster was whole again, in milliseconds since the load began. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ChangeFigures {
  readonly count: number;
  /** Tries of sends outside of transactions that were refused because a record would have had too few copies. */
  readonly refused: number;
  /** Longest time in which a partition acknowledged nothing to anybody, in milliseconds. */
  readonly longestStallMs: number;
  readonly passed: boolean;
}

/** Null without a window. Pure. */
export function changeFigures(sends: readonly SendEntry[], windows: readonly Window[]): ChangeFigures | null {
  if (windows.length === 0) return null;
  const partitions = [...Map.groupBy(sends, ({ partition }) => partition).values()];
  const met = sends.filter(({ invokedMs, endedMs }) =>
    windows.some(({ fromMs, toMs }) => invokedMs <= toMs && endedMs >= fromMs),
  );
  const refused = met
    .filter(({ transaction }) => transaction === null)
    .flatMap(({ failures }) => failures)
    .filter(({ kind }) => REFUSED.has(kind)).length;
  const stalls = windows.flatMap((window) => partitions.map((own) => stallIn(own, window)));
  const longestStallMs = Math.round(Math.max(0, ...stalls));
  return {
    count: windows.length,
    refused,
    longestStallMs,
    passed: partitions.length > 0 && refused === 0 && longestStallMs < STALL_LIMIT_MS,
  };
}

function stallIn(sends: readonly SendEntry[], { fromMs, toMs }: Window): number {
  const acked = sends.filter(({ outcome, endedMs }) => outcome === "acked" && endedMs > fromMs && endedMs < toMs);
  const marks = [fromMs, ...acked.map(({ endedMs }) => endedMs).toSorted((a, b) => a - b), toMs];
  return marks.reduce((max, mark, i) => Math.max(max, mark - (marks[i - 1] ?? mark)), 0);
}
