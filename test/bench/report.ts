import { cpus, totalmem } from "node:os";
import { printTable } from "../../scripts/ui/output.ts";
import { type Goal, type Series, seconds } from "./measure.ts";
import type { Benchmark, Result } from "./session.ts";

export type Measured = Pick<Benchmark, "name" | "description"> & Result;

export interface Skipped {
  readonly name: string;
  readonly why: string;
}

/** What a reader must know of the machine to compare figures. */
export function benchReport(runs: number, benchmarks: readonly Measured[], skipped: readonly Skipped[]) {
  const machine = {
    cpus: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
  };
  return { schemaVersion: 1, runs, machine, benchmarks, skipped };
}

export function printResult({ name, description, series, goals, notes }: Measured): void {
  process.stdout.write(`${name}: ${description}\n\n`);
  if (series.length > 0) printSeries(series);
  printTable(
    goals.map((goal) => [goal.what, figure(goal, goal.found), wanted(goal), goal.met ? "yes" : "no"]),
    ["GOAL", "FOUND", "WANTED", "MET"],
  );
  for (const note of notes) process.stdout.write(`\n${note}\n`);
  process.stdout.write("\n");
}

function printSeries(series: readonly Series[]): void {
  printTable(
    series.map(({ what, medianMs, minMs, maxMs, runsMs }) => [
      what,
      seconds(medianMs),
      seconds(minMs),
      seconds(maxMs),
      String(runsMs.length),
    ]),
    ["", "MEDIAN", "MIN", "MAX", "RUNS"],
  );
  process.stdout.write("\n");
}

function wanted(goal: Goal): string {
  if (goal.atLeast !== undefined) return `at least ${figure(goal, goal.atLeast)}`;
  return goal.atMost === undefined ? "" : `at most ${figure(goal, goal.atMost)}`;
}

function figure({ unit }: Goal, value: number): string {
  if (unit === "MB") return `${value} MB`;
  return unit === "ms" ? seconds(value) : value.toFixed(2);
}
