import type { Anomaly, AnomalyKind } from "./anomaly.ts";
import { type ChangeFigures, changeFigures } from "./avoidable.ts";
import type { Findings } from "./check.ts";
import { FAULTS, isChange } from "./faults.ts";
import type { History, SendEntry } from "./history.ts";

/** A fault as it came about. Times since the load began. */
export interface FaultResult {
  readonly fault: string;
  readonly node: number | null;
  readonly atMs: number;
  /** When the node ran again; null when it did not within the run. */
  readonly endedMs: number | null;
  /** When every partition had all its replicas in sync again; null when that did not come within the patience. */
  readonly healedMs: number | null;
  /** Why nothing was done, or what went wrong. */
  readonly note: string | null;
}

/** What a run found: the JSON contract of `kafka-stacks chaos --json`. */
export interface ChaosReport {
  readonly schemaVersion: 1;
  readonly stack: string;
  readonly seed: number;
  readonly durationMs: number;
  /** No anomaly of the cluster, something acknowledged and read by every group, the whole log read, every fault healed, and nothing avoidable while nodes were rolled. */
  readonly passed: boolean;
  readonly faults: readonly FaultResult[];
  readonly records: RecordFigures;
  readonly transactions: { readonly committed: number; readonly aborted: number; readonly unknown: number };
  readonly longestStall: StallFigures;
  /** What clients met while every node was restarted in turn; null where that was not done. */
  readonly changes: ChangeFigures | null;
  /** Sends that a client gave up, by error. */
  readonly errors: Readonly<Record<string, number>>;
  /** Errors after which a client tried again, by error. */
  readonly retried: Readonly<Record<string, number>>;
  readonly anomalyCounts: Readonly<Partial<Record<AnomalyKind, number>>>;
  readonly anomalies: readonly Anomaly[];
  /** What the log shows to be the doing of the test's own clients; it fails no run. */
  readonly clientFaults: readonly Anomaly[];
  readonly unproven: Findings["unproven"];
}

export interface RecordFigures {
  readonly sent: number;
  readonly acked: number;
  readonly failed: number;
  readonly unknown: number;
  readonly logged: number;
  /** By all groups together. */
  readonly polled: number;
  readonly lost: number;
  readonly duplicatesAllowed: number;
}

export interface StallFigures {
  /** Longest time in which nobody got an acknowledgement, in milliseconds. */
  readonly anyMs: number;
  /** Longest time in which nobody got one from some partition, in milliseconds. */
  readonly onePartitionMs: number;
  /** Longest time in which one producer got none for one key, in milliseconds. */
  readonly oneKeyMs: number;
}

export interface RunResult {
  readonly stack: string;
  readonly seed: number;
  readonly faults: readonly FaultResult[];
  readonly history: History;
  readonly findings: Findings;
}

/** A run in figures. Pure. */
export function chaosReport({ stack, seed, faults, history, findings }: RunResult): ChaosReport {
  const { sends, transactions } = history;
  const anomalies = findings.anomalies.filter(({ by }) => by === "cluster");
  const count = (outcome: SendEntry["outcome"]) => sends.filter((send) => send.outcome === outcome).length;
  const ended = (outcome: string) => transactions.filter((one) => one.outcome === outcome).length;
  const givenUp = sends
    .filter(({ outcome }) => outcome !== "acked")
    .map(({ failures }) => failures.at(-1)?.kind ?? "?");
  const changes = changeFigures(sends, windowsOf(faults, history.durationMs));
  return {
    schemaVersion: 1,
    stack,
    seed,
    durationMs: history.durationMs,
    passed:
      anomalies.length === 0 &&
      findings.unproven.length === 0 &&
      count("acked") > 0 &&
      history.groups.every((name) => history.polls.some(({ group }) => group === name)) &&
      faults.every(({ healedMs, note }) => healedMs !== null && note === null) &&
      changes?.passed !== false,
    faults,
    records: {
      sent: sends.length,
      acked: count("acked"),
      failed: count("failed"),
      unknown: count("unknown"),
      logged: history.log.reduce((sum, { records }) => sum + records.filter(({ kind }) => kind === "data").length, 0),
      polled: history.polls.length,
      lost: findings.anomalies.filter(({ kind, by }) => kind === "lost-write" && by === "cluster").length,
      duplicatesAllowed: findings.duplicatesAllowed,
    },
    transactions: { committed: ended("committed"), aborted: ended("aborted"), unknown: ended("unknown") },
    longestStall: longestStall(sends, history.durationMs),
    changes,
    errors: tally(givenUp),
    retried: tally(
      sends.flatMap(({ failures, outcome }) =>
        (outcome === "acked" ? failures : failures.slice(0, -1)).map(({ kind }) => kind),
      ),
    ),
    anomalyCounts: tally(anomalies.map(({ kind }) => kind)),
    anomalies,
    clientFaults: findings.anomalies.filter(({ by }) => by === "client"),
    unproven: findings.unproven,
  };
}

const CHANGES: ReadonlySet<string> = new Set(FAULTS.filter(({ action }) => isChange(action)).map(({ name }) => name));

function windowsOf(faults: readonly FaultResult[], durationMs: number) {
  return faults
    .filter(({ fault }) => CHANGES.has(fault))
    .map(({ atMs, healedMs }) => ({ fromMs: atMs, toMs: healedMs ?? durationMs }));
}

/** From the beginning to the first acknowledgement, between two, and from the last to the end. */
export function longestStall(sends: readonly SendEntry[], durationMs: number): StallFigures {
  const acked = sends.filter(({ outcome }) => outcome === "acked");
  const longest = (times: readonly number[]) => {
    const marks = [0, ...times.toSorted((a, b) => a - b), durationMs];
    return Math.round(marks.reduce((max, mark, i) => Math.max(max, mark - (marks[i - 1] ?? 0)), 0));
  };
  // Grouped over all sends: a key that nobody acknowledged anything of stalled from beginning to end.
  const lanes = Map.groupBy(sends, ({ producer, key }) => `${producer} ${key}`);
  const partitions = Map.groupBy(sends, ({ partition }) => partition);
  const ends = (lane: readonly SendEntry[]) =>
    lane.filter(({ outcome }) => outcome === "acked").map((one) => one.endedMs);
  return {
    anyMs: longest(acked.map(({ endedMs }) => endedMs)),
    onePartitionMs: Math.max(0, ...[...partitions.values()].map((own) => longest(ends(own)))),
    oneKeyMs: Math.max(0, ...[...lanes.values()].map((lane) => longest(ends(lane)))),
  };
}

/** Most frequent first. */
function tally<K extends string>(kinds: readonly K[]): Record<K, number> {
  const counts = [...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length] as const);
  return Object.fromEntries(counts.toSorted((a, b) => b[1] - a[1])) as Record<K, number>;
}
