import { CapacityError } from "../../../capacity/errors.ts";
import type { MachineClass } from "../../../capacity/machine.ts";
import type { Sizing } from "../../../capacity/result.ts";
import { sizeCluster } from "../../../capacity/size.ts";
import { formatBytes } from "../../../capacity/units.ts";
import type { Workload } from "../../../capacity/workload.ts";
import { digits, hours, percent } from "./figures.ts";
import { table, wrap } from "./layout.ts";

/** One class for the workload: its cluster, or why there is none. */
export type Compared =
  | { readonly class: string; readonly sizing: Sizing }
  | { readonly class: string; readonly impossible: string };

/** The same workload on several classes; a class that cannot carry it is a result too. */
export function compare(workload: Workload, machines: readonly MachineClass[]): Compared[] {
  return machines.map((machine) => {
    try {
      return { class: machine.name, sizing: sizeCluster(workload, machine) };
    } catch (error) {
      if (!(error instanceof CapacityError)) throw error;
      return { class: machine.name, impossible: error.message };
    }
  });
}

type Row = readonly [what: string, show: (sizing: Sizing) => string];

const ROWS: readonly Row[] = [
  ["brokers", ({ brokers, fits }) => `${brokers}${fits ? "" : " (too few)"}`],
  ["binds", ({ binding }) => binding],
  ["next", ({ nextBinding }) => nextBinding],
  ["headroom", ({ headroom }) => percent(headroom)],
  ["vCPU, all", ({ brokers, machine }) => digits(brokers * machine.cores)],
  ["memory, all", ({ brokers, machine }) => formatBytes(brokers * machine.memoryBytes)],
  ["disk, all", ({ brokers, machine }) => formatBytes(brokers * machine.disk.sizeBytes)],
  ["rebuild", ({ afterFailure: { rebuildHours } }) => (rebuildHours === null ? "never" : hours(rebuildHours))],
];

/** Classes side by side, as many as fit the width; the rest in further tables. */
export function compareText(results: readonly Compared[], width: number): string {
  const possible = results.flatMap((result) => ("sizing" in result ? [result] : []));
  const refused = results.flatMap((result) =>
    "sizing" in result
      ? []
      : result.impossible.split("\n").flatMap((line) => wrap(`${result.class}: ${line}`, width, "  ")),
  );
  const blocks = [
    ...(possible.length > 0 ? sideBySide(possible, width) : []),
    ...(refused.length > 0 ? [refused] : []),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

type Possible = Extract<Compared, { readonly sizing: Sizing }>;

function sideBySide(results: readonly Possible[], width: number): string[][] {
  const resources = results[0]?.sizing.resources ?? [];
  const rows: readonly Row[] = [
    ...ROWS,
    ["in use after failure:", () => ""],
    ...resources.map(
      ({ resource }, i): Row => [
        `  ${resource}`,
        (sizing) => percent(sizing.resources[i]?.utilisationAfterFailure ?? 0),
      ],
    ),
  ];
  const columns = [{ head: "CLASS" }, ...results.map((result) => ({ head: result.class, align: "right" as const }))];
  const lines = table(
    columns,
    rows.map(([what, show]) => [what, ...results.map(({ sizing }) => show(sizing))]),
  );
  if (results.length === 1 || lines.every(({ length }) => length <= width)) return [lines];
  const half = Math.ceil(results.length / 2);
  return [...sideBySide(results.slice(0, half), width), ...sideBySide(results.slice(half), width)];
}
