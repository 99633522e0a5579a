/**
 * The generated part of docs/reliability.md, between two markers: a row for every target and fault, kept until the same row
 * is measured again, so that a series may be run in parts.
 */
import type { TargetName } from "../../infra/plan/types.ts";
import type { ChaosReport } from "../../scripts/ops/chaos/report.ts";

export const TARGETS: readonly TargetName[] = ["local", "docker", "kubernetes"];

const BEGIN = "<!-- soak: begin -->";
const END = "<!-- soak: end -->";

const HEAD = [
  "Target",
  "Fault",
  "Runs",
  "Acked",
  "Lost",
  "Duplicates allowed",
  "Errors that clients saw",
  "Longest stall: of all, of a partition",
  "Whole after",
  "Verdict",
];

/** A row by its target and fault. */
export interface Row {
  readonly target: string;
  readonly fault: string;
  readonly cells: readonly string[];
}

/** Runs of one fault on one target, together. Pure. */
export function measuredRow(target: string, fault: string, reports: readonly ChaosReport[]): Row {
  const sum = (of: (report: ChaosReport) => number) => reports.reduce((all, report) => all + of(report), 0);
  const most = (of: (report: ChaosReport) => number) => Math.max(0, ...reports.map(of));
  const faults = reports.flatMap((report) => report.faults);
  const healed = faults.flatMap(({ atMs, healedMs }) => (healedMs === null ? [] : healedMs - atMs));
  const stall = ({ longestStall, changes }: ChaosReport) => changes?.longestStallMs ?? longestStall.onePartitionMs;
  return {
    target,
    fault,
    cells: [
      String(faults.length),
      String(sum(({ records }) => records.acked)),
      String(sum(({ records }) => records.lost)),
      String(sum(({ records }) => records.duplicatesAllowed)),
      errorsOf(reports),
      `${seconds(most(({ longestStall }) => longestStall.anyMs))}, ${seconds(most(stall))}`,
      healed.length === 0 ? "-" : `${seconds(Math.min(...healed))} to ${seconds(Math.max(...healed))}`,
      verdictOf(reports),
    ],
  };
}

/** A row that was not measured, with the reason. Pure. */
export function reasonRow(target: string, fault: string, why: string): Row {
  return { target, fault, cells: ["-", "-", "-", "-", "-", "-", "-", `not run: ${why}`] };
}

function errorsOf(reports: readonly ChaosReport[]): string {
  const counts = new Map<string, number>();
  for (const { errors, retried } of reports)
    for (const [kind, count] of [...Object.entries(errors), ...Object.entries(retried)])
      counts.set(kind, (counts.get(kind) ?? 0) + count);
  const parts = [...counts].toSorted((a, b) => b[1] - a[1]).map(([kind, count]) => `${count} ${kind}`);
  return parts.join(", ") || "none";
}

function verdictOf(reports: readonly ChaosReport[]): string {
  const failed = reports.filter(({ passed }) => !passed);
  if (failed.length === 0) return "passed";
  const why = failed.flatMap(({ anomalyCounts, unproven, faults, changes }) => [
    ...Object.entries(anomalyCounts).map(([kind, count]) => `${count} ${kind}`),
    ...(unproven.length > 0 ? ["log not read to its end"] : []),
    ...faults.flatMap(({ note, healedMs }) => note ?? (healedMs === null ? "not whole in time" : [])),
    ...(changes?.passed === false ? [`${changes.refused} refused, stall ${seconds(changes.longestStallMs)}`] : []),
  ]);
  return `**failed**: ${why.join("; ") || "nothing was acknowledged"}`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** What the document has; empty where it has no table yet. Pure. */
export function rowsOf(document: string): Row[] {
  return generated(document)
    .split("\n")
    .filter((line) => /^\| (local|docker|kubernetes) \|/.test(line))
    .map((line) => {
      const [target = "", fault = "", ...cells] = line.slice(2, -2).split(" | ");
      return { target, fault, cells };
    });
}

/** The document with these rows instead of those of the same target and fault. @param order of the faults. Pure. */
export function withRows(document: string, rows: readonly Row[], order: readonly string[]): string {
  const byKey = new Map([...rowsOf(document), ...rows].map((row) => [`${row.target} ${row.fault}`, row]));
  const place = ({ target, fault }: Row) => TARGETS.indexOf(target as TargetName) * 1_000 + order.indexOf(fault);
  const lines = [...byKey.values()]
    .toSorted((a, b) => place(a) - place(b))
    .map(({ target, fault, cells }) => `| ${[target, fault, ...cells.map(oneCell)].join(" | ")} |`);
  const table = [`| ${HEAD.join(" | ")} |`, `|${"---|".repeat(HEAD.length)}`, ...lines].join("\n");
  const [before, after] = [document.split(BEGIN)[0], document.split(END)[1]];
  if (before === undefined || after === undefined) throw new Error(`the document lacks ${BEGIN} or ${END}`);
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

const oneCell = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll("|", "/");

const generated = (document: string): string => document.split(BEGIN)[1]?.split(END)[0] ?? "";
