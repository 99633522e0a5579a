import { Command, InvalidArgumentError } from "commander";
import { monotonic, orAborted } from "../../base/time.ts";
import { openDeployed, runtimeOf } from "../context.ts";
import { as, identityOf } from "../kafka/identity.ts";
import type { HealthReport } from "../ops/health/report.ts";
import { ExitError, printJson, printTable, say } from "../ui/output.ts";
import { untilEnded } from "../ui/until-ended.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";

interface HealthFlags {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly serve?: number;
  readonly host: string;
}

const WATCH_EVERY_MS = 2_000;

/** `kafka-stacks health STACK`: exits 0 when no check fails, else 3. */
export function healthCommand(): Command {
  return new Command("health")
    .description("check a cluster: nodes, quorum, partitions, topics, configuration, disks")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--json", "print the report as JSON")
    .option("--watch", "check again every two seconds until Ctrl-C")
    .option("--serve <port>", "answer GET /healthcheck until Ctrl-C", port)
    .option("--host <address>", "with --serve: the address to listen on", "127.0.0.1")
    .action(async (argument: string, flags: HealthFlags) => {
      // The client library takes a third of a second to load: side by side with opening the stack.
      const [stack, { checkHealth }] = await Promise.all([openDeployed(argument), import("../kafka/health.ts")]);
      const runtime = await runtimeOf(stack.plan);
      const identity = identityOf(stack.access, "health");
      const check = () => as(identity, () => checkHealth(stack.plan, stack.outputs, { runtime }));
      const { serve: servePort, host, json = false } = flags;
      if (servePort !== undefined) return untilEnded((ended) => serve(stack, check, servePort, host, ended));
      if (flags.watch) return untilEnded((ended) => watch(check, json, ended));
      const report = await check();
      if (flags.json) printJson(report);
      else printHealth(report);
      if (!report.healthy) throw new ExitError(3);
    });
}

/** The verdict for a person. */
export function printHealth({ stack, healthy, checks, durationMs }: HealthReport): void {
  printTable(
    checks.map(({ status, name, detail, hint }) => [status, name, hint === undefined ? detail : `${detail}; ${hint}`]),
    ["STATUS", "CHECK", "DETAIL"],
  );
  process.stdout.write(`\n${stack} is ${healthy ? "healthy" : "not healthy"} (checked in ${durationMs} ms)\n`);
}

/**
 * Redraws in place on a terminal; elsewhere prints one report after the other. Ctrl-C is the way out, or a reader that closes
 * the pipe, so it exits 0.
 */
async function watch(check: () => Promise<HealthReport>, json: boolean, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const report = await orAborted(check(), ended).catch((error: unknown) => {
      if (!ended.aborted) throw error;
    });
    if (!report) return;
    if (process.stdout.isTTY && !json) process.stdout.write("\x1b[H\x1b[2J");
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else printHealth(report);
    await monotonic.sleep(WATCH_EVERY_MS, ended).catch(() => {});
  }
}

async function serve(
  stack: { readonly name: string },
  check: () => Promise<HealthReport>,
  portNumber: number,
  host: string,
  ended: AbortSignal,
): Promise<void> {
  const { healthServer } = await import("./health-server.ts");
  const server = healthServer(stack.name, check);
  const closed = new Promise<void>((resolve, reject) => server.once("close", resolve).once("error", reject));
  server.listen(portNumber, host, () => say(`serving http://${host}:${portNumber}/healthcheck; Ctrl-C ends it`));
  ended.addEventListener("abort", () => {
    server.close();
    server.closeAllConnections();
  });
  if (ended.aborted) server.close();
  await closed;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError("wanted a port between 1 and 65535");
  return value;
}
