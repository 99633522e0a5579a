/**
 * `npm run soak`: every fault on every target, and rolls in long rows, under load; hours in full. Its figures go into
 * docs/reliability.md. Exits 1 when a run did not pass.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { projectRoot } from "../../infra/paths.ts";
import type { TargetName } from "../../infra/plan/types.ts";
import { loadStackFile } from "../../infra/stack-file.ts";
import { FAULTS, type Fault, senseless } from "../../scripts/ops/chaos/faults.ts";
import type { ChaosReport } from "../../scripts/ops/chaos/report.ts";
import { type SoakCluster, unprepared, unusable, wantsCertificates, withCluster } from "./cluster.ts";
import { measuredRow, type Row, reasonRow, TARGETS, withRows } from "./table.ts";

const DOCUMENT = path.join(projectRoot, "docs/reliability.md");
const STACKS: Readonly<Record<TargetName, string>> = { local: "dev", docker: "docker", kubernetes: "kubernetes" };
const ROLLS: Readonly<Record<TargetName, number>> = { local: 50, docker: 10, kubernetes: 10 };
/** A run is read back as a whole: longer ones would only need memory. */
const AT_ONCE = 10;
const ORDER = FAULTS.map(({ name }) => name);

interface Flags {
  readonly target: readonly TargetName[];
  readonly rolls?: number;
  readonly times: number;
  readonly fault: readonly string[];
  readonly pause: string;
}

/** A terminal tells the run under way too, and its node is healed; whoever tells us alone waits for its end. */
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort());
interrupted.signal.addEventListener("abort", () => {
  say("interrupted: once the run under way has ended, its cluster is removed");
  process.exitCode = 130;
});

await new Command("soak")
  .description("break clusters of all targets under load for hours; wants an otherwise idle machine")
  .addOption(new Option("--target <names...>", "only these").choices(TARGETS).default([...TARGETS], "all"))
  .addOption(new Option("--fault <names...>", "only these").choices(ORDER).default(ORDER, "all"))
  .option("--rolls <count>", "rolls in a row on each target; default: 50 on local, 10 on the others", count)
  .option("--times <count>", "how often every other fault", count, 3)
  .option("--pause <time>", "how long a node is frozen, cut off, slow, or at another time", "30s")
  .action(soak)
  .parseAsync();

async function soak(flags: Flags): Promise<void> {
  const reports = mkdtempSync(path.join(tmpdir(), "kafka-stacks-soak-"));
  say(`reports: ${reports}`);
  for (const target of flags.target) {
    if (interrupted.signal.aborted) return;
    const why = await unusable(target);
    if (why) {
      say(`${target}: left as it is, because ${why}`);
      continue;
    }
    const wanted = FAULTS.filter(({ name }) => flags.fault.includes(name)).filter((fault) => isPrepared(target, fault));
    keep(rowsOfReasons(target, wanted));
    const series = Map.groupBy(wanted, (fault) => `${stackOf(target, fault)} ${wantsCertificates(fault.action)}`);
    for (const faults of series.values()) {
      const stack = stackOf(target, faults[0]!);
      if (stack !== undefined && !interrupted.signal.aborted) await runOn(stack, target, faults, flags, reports);
    }
  }
}

function isPrepared(target: TargetName, { name, action }: Fault): boolean {
  const why = unprepared(target, action);
  if (why !== undefined) say(`${target}: ${name} left as it is, because ${why}`);
  return why === undefined;
}

/** A ZooKeeper cluster where that is what it is about, else a KRaft cluster. */
function stackOf(target: TargetName, fault: Fault): string | undefined {
  const { [target]: kraft } = STACKS;
  return [kraft, `${kraft}-zookeeper`].find((stack) => senseless(fault, loadStackFile(stack).plan) === null);
}

function rowsOfReasons(target: TargetName, faults: readonly Fault[]): Row[] {
  return faults.flatMap(({ name, senseless }) => {
    const why = senseless[target];
    return why === undefined ? [] : reasonRow(target, name, why);
  });
}

async function runOn(
  stack: string,
  target: TargetName,
  faults: readonly Fault[],
  { rolls = ROLLS[target], times, pause }: Flags,
  reports: string,
): Promise<void> {
  const actions = faults.map(({ action }) => action);
  await withCluster(stack, actions, async (cluster) => {
    for (const { name } of faults) {
      const wanted = name === "roll" ? rolls : times;
      const done: ChaosReport[] = [];
      for (let left = wanted; left > 0; left -= AT_ONCE) {
        if (interrupted.signal.aborted) return;
        const now = Math.min(left, AT_ONCE);
        say(`${target}: ${name}, ${wanted - left + 1} to ${wanted - left + now} of ${wanted}`);
        const report = await chaos(cluster, name, now, pause, path.join(reports, `${stack}-${name}-${left}.json`));
        if (!report) break;
        done.push(report);
        keep([measuredRow(target, name, done)]);
      }
    }
  });
}

/** @returns undefined when it came to no report, which is told. */
async function chaos(
  { file, run }: SoakCluster,
  fault: string,
  times: number,
  pause: string,
  report: string,
): Promise<ChaosReport | undefined> {
  const words = ["--fault", fault, "--times", String(times), "--pause", pause, "--duration", "1s", "--report", report];
  const { code, stdout, stderr } = await run("chaos", file, "--yes", ...words);
  say(stdout);
  if (code !== 0) process.exitCode ??= 1;
  if (code === 0 || code === 3) return JSON.parse(readFileSync(report, "utf8"));
  say(`${fault} came to no report (exit ${code}):\n${stderr}`);
  return undefined;
}

function keep(rows: readonly Row[]): void {
  writeFileSync(DOCUMENT, withRows(readFileSync(DOCUMENT, "utf8"), rows, ORDER));
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("wanted a whole number above 0");
  return value;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
