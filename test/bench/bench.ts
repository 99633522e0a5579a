/**
 * `npm run bench`: how long our commands take, against the same work done by other means. Figures, never verdicts: it
 * fails only when something could not be measured.
 */
import { loadavg } from "node:os";
import { Argument, Command, InvalidArgumentError } from "commander";
import { exitCodeOf } from "../../scripts/ui/errors.ts";
import { printJson } from "../../scripts/ui/output.ts";
import { capacity } from "./capacity.ts";
import { dockerUp } from "./docker-up.ts";
import { imageSize } from "./image-size.ts";
import { kubernetesUp } from "./kubernetes-up.ts";
import { noOpUp } from "./no-op-up.ts";
import { benchReport, type Measured, printResult, type Skipped } from "./report.ts";
import { roll } from "./roll.ts";
import { type Benchmark, type Session, withSession } from "./session.ts";
import { topics } from "./topics.ts";
import { upToVerified } from "./up-to-verified.ts";

const BENCHMARKS: readonly Benchmark[] = [
  upToVerified,
  noOpUp,
  roll,
  topics,
  capacity,
  dockerUp,
  kubernetesUp,
  imageSize,
];
const INTERRUPTED = 130;

interface Flags {
  readonly runs: number;
  readonly json?: boolean;
}

await new Command("bench")
  .description("measure commands against the same work done by other means; wants an otherwise idle machine")
  .addArgument(new Argument("[names...]", "which ones; all by default").choices(BENCHMARKS.map(({ name }) => name)))
  .option("--runs <count>", "how often each is measured; the figures are medians", count, 5)
  .option("--json", "print one JSON document instead of tables")
  .addHelpText("after", `\n${BENCHMARKS.map(({ name, description }) => `${name}: ${description}`).join("\n")}`)
  .action(bench)
  .parseAsync();

async function bench(names: readonly string[], { runs, json }: Flags): Promise<void> {
  const chosen = BENCHMARKS.filter(({ name }) => names.length === 0 || names.includes(name));
  const measured: Measured[] = [];
  const skipped: Skipped[] = [];
  await withSession(runs, async (session) => {
    sayIfBusy(session);
    try {
      for (const { name, description, skip, measure } of chosen) {
        const why = await skip?.();
        if (why) {
          session.say(`${name}: skipped, because ${why}`);
          skipped.push({ name, why });
          continue;
        }
        session.say(`${name}: ${description}`);
        measured.push({ name, description, ...(await measure(session)) });
        if (!json) printResult(measured.at(-1)!);
      }
    } catch (error) {
      process.exitCode = session.signal.aborted ? INTERRUPTED : exitCodeOf(error, true);
    }
  });
  if (json && measured.length + skipped.length === chosen.length) printJson(benchReport(runs, measured, skipped));
}

function sayIfBusy({ say }: Session): void {
  const [load = 0] = loadavg();
  if (load > 0.5) say(`the machine is busy (load ${load.toFixed(1)}): figures will be worse, and spread further`);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("wanted a whole number above 0");
  return value;
}
