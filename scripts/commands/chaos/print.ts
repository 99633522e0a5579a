import type { Anomaly } from "../../ops/chaos/anomaly.ts";
import { type ChangeFigures, STALL_LIMIT_MS } from "../../ops/chaos/avoidable.ts";
import type { ChaosReport, FaultResult } from "../../ops/chaos/report.ts";
import { printTable } from "../../ui/output.ts";

const SHOWN = 20;

/** The verdict for a person. */
export function printChaos(report: ChaosReport): void {
  const { faults, records, transactions, longestStall, changes, anomalies, clientFaults, unproven } = report;
  printTable(faults.map(faultRow), ["FAULT", "NODE", "AT", "ENDED AFTER", "WHOLE AFTER", "NOTE"]);
  const lines = [
    "",
    `${records.sent} records sent, ${records.acked} acked, ${records.unknown} unknown, ${records.failed} failed; ${records.logged} in the log, ${records.polled} read by groups`,
    `${transactions.committed} transactions committed, ${transactions.aborted} aborted, ${transactions.unknown} unknown`,
    `longest stall ${seconds(longestStall.anyMs)} for all, ${seconds(longestStall.onePartitionMs)} for one partition, ${seconds(longestStall.oneKeyMs)} for one key of one producer`,
    ...(changes ? [changesLine(changes)] : []),
    ...counts("given up", report.errors),
    ...counts("tried again", report.retried),
    ...(records.duplicatesAllowed > 0
      ? [`${records.duplicatesAllowed} duplicates of retries without idempotence`]
      : []),
    ...some("anomalies", anomalies),
    ...some("faults of the test's own clients", clientFaults),
    ...unproven.map(
      ({ partition, readTo, endOffset }) => `partition ${partition} was read to ${readTo} of ${endOffset}: unproven`,
    ),
    "",
    `${report.stack} ${report.passed ? "passed" : "did not pass"}: ${records.lost} acknowledged records lost, ${anomalies.length} anomalies (seed ${report.seed})`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function changesLine({ count, refused, longestStallMs, passed }: ChangeFigures): string {
  const verdict = passed ? "as it must be" : `not as it must be: none, and below ${seconds(STALL_LIMIT_MS)}`;
  return `while nodes were rolled (${count} times): ${refused} sends refused for lack of replicas, longest stall of a partition ${seconds(longestStallMs)}, ${verdict}`;
}

function faultRow({ fault, node, atMs, endedMs, healedMs, note }: FaultResult): string[] {
  const after = (ms: number | null) => (ms === null ? "-" : seconds(ms - atMs));
  return [fault, String(node ?? "-"), seconds(atMs), after(endedMs), after(healedMs), note ?? ""];
}

function counts(what: string, of: Readonly<Record<string, number>>): string[] {
  const parts = Object.entries(of).map(([kind, count]) => `${count} ${kind}`);
  return parts.length === 0 ? [] : [`${what}: ${parts.join(", ")}`];
}

function some(what: string, found: readonly Anomaly[]): string[] {
  if (found.length === 0) return [];
  const shown = found.slice(0, SHOWN).map(({ kind, partition, offset, record, detail }) => {
    const place = `${partition}@${offset ?? "?"}`;
    return `  ${kind}  ${place}  ${record ?? "-"}: ${detail}`;
  });
  const more = found.length > SHOWN ? [`  and ${found.length - SHOWN} more, see --json`] : [];
  return [`${found.length} ${what}:`, ...shown, ...more];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
