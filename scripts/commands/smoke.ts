import { Command, InvalidArgumentError } from "commander";
import { insideOf, openStack } from "../context.ts";
import { as, identityOf } from "../kafka/identity.ts";
import { renderJunit } from "../ops/smoke/junit.ts";
import { progressLine, type SmokeCheck, type SmokeReport } from "../ops/smoke/report.ts";
import { interruptible } from "../ui/interruptible.ts";
import { ExitError, printJson, printTable, say } from "../ui/output.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";
import { writeAtomically } from "../ui/write-atomically.ts";

interface SmokeFlags {
  readonly json?: boolean;
  readonly junit?: string;
  readonly timeout: number;
}

/** `kafka-stacks smoke STACK`: exit 0 when the cluster passed, 3 when a check failed, 130 when interrupted. */
export function smokeCommand(): Command {
  return new Command("smoke")
    .description("prove a cluster by using it as clients do, on topics of its own that it removes")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--json", "print the report as JSON")
    .option("--junit <file>", "also write the report as JUnit XML")
    .option("--timeout <seconds>", "give up after so long, cleaning up included", seconds, 120)
    .action(async (stack: string, flags: SmokeFlags) => {
      const [{ plan, outputs, access }, { runSmoke }] = await Promise.all([
        openStack(stack),
        import("../kafka/probe/smoke.ts"),
      ]);
      const runInside = await insideOf(plan);
      const timeoutMs = flags.timeout * 1000;
      const onProgress = (check: SmokeCheck) => say(progressLine(check));
      const report = await interruptible(
        (signal) =>
          as(identityOf(access, "smoke"), () => runSmoke(outputs, { signal, timeoutMs, runInside, onProgress })),
        { doing: "removing the topics of this run", next: `kafka-stacks smoke ${stack}`, graceMs: 1_500 },
      );
      if (flags.junit !== undefined) await writeAtomically(flags.junit, renderJunit(report));
      if (flags.json) printJson(report);
      else printReport(report);
      if (!report.passed) throw new ExitError(3);
    });
}

/** The verdict for a person. */
export function printReport({ stack, checks, passed, records, durationMs }: SmokeReport): void {
  printTable(
    checks.map(({ status, name, detail, hint }) => [status, name, hint === undefined ? detail : `${detail}; ${hint}`]),
    ["STATUS", "CHECK", "DETAIL"],
  );
  const counts = `${records.sent} records sent, ${records.acked} acked, ${records.lost} lost, ${records.duplicated} duplicated`;
  const verdict = passed ? "passed" : "did not pass";
  process.stdout.write(`\n${stack} ${verdict} the smoke test in ${(durationMs / 1000).toFixed(1)} s; ${counts}\n`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("wanted a number of seconds above 0");
  return value;
}
