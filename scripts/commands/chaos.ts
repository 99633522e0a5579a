import { randomInt } from "node:crypto";
import { Command, InvalidArgumentError, Option } from "commander";
import { UserError } from "../../infra/errors.ts";
import { type LoadedStack, loadStackFile } from "../../infra/stack-file.ts";
import { type OpenStack, openStack } from "../context.ts";
import { as, identityOf } from "../kafka/identity.ts";
import { checkHistory } from "../ops/chaos/check.ts";
import { FAULTS, type Fault, senseless } from "../ops/chaos/faults.ts";
import { type ChaosReport, chaosReport } from "../ops/chaos/report.ts";
import { type ScheduledFault, schedule } from "../ops/chaos/schedule.ts";
import { interruptible } from "../ui/interruptible.ts";
import { confirm, ExitError, printJson, say } from "../ui/output.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";
import { writeAtomically } from "../ui/write-atomically.ts";
import { duration } from "./arguments.ts";
import { calm, disturb } from "./chaos/disturb.ts";
import { faultsOf, type NodeFaults, openDisturbed, unfitEverywhere } from "./chaos/open.ts";
import { printChaos } from "./chaos/print.ts";

interface Flags {
  readonly fault?: readonly string[];
  readonly all?: boolean;
  readonly times?: number;
  readonly seed?: number;
  readonly duration: number;
  readonly pause: number;
  readonly json?: boolean;
  readonly report?: string;
  readonly yes?: boolean;
  readonly allowProduction?: boolean;
}

/** Longer than an abandoned transaction hides what follows it (15 s), and than a group takes to notice a dead member. */
const PATIENCE_MS = 45_000;

/** `kafka-stacks chaos STACK`: exit 0 when the cluster kept its promises, 3 when not, 130 when interrupted; healed in any case. */
export function chaosCommand(): Command {
  return new Command("chaos")
    .description("break nodes on purpose under load, and prove from the log that nothing acknowledged was lost")
    .argument("<stack>", STACK_ARGUMENT)
    .addOption(
      new Option("--fault <names...>", "only these faults").choices(FAULTS.map(({ name }) => name)).conflicts("all"),
    )
    .option("--all", "each fault that makes sense once, however long it takes")
    .addOption(
      new Option("--times <count>", "each so many times, however long it takes")
        .argParser(wholeNumber)
        .conflicts("all"),
    )
    .option("--seed <number>", "which faults, victims and aborted transactions; default: random", wholeNumber)
    .addOption(
      new Option("--duration <time>", "as many faults as fit into it, at least one")
        .argParser(duration)
        .default(60_000, "60s"),
    )
    .addOption(
      new Option("--pause <time>", "how long a node is frozen, cut off, slow, or at another time")
        .argParser(duration)
        .default(30_000, "30s"),
    )
    .option("--json", "print the report as JSON")
    .option("--report <file>", "also write the report as JSON")
    .option("--yes", "do not ask")
    .option("--allow-production", "also where environment is production")
    .action(chaos);
}

async function chaos(argument: string, flags: Flags): Promise<void> {
  const loaded = loadStackFile(argument);
  const seed = flags.seed ?? randomInt(2 ** 31);
  const wanted = chosen(loaded, flags);
  if (loaded.environment === "production" && !flags.allowProduction)
    throw new UserError(
      `${loaded.name} is for production (environment: ${loaded.environment}): nothing is broken there by default`,
      "add --allow-production if you mean it, or set environment to dev in its file",
      2,
    );
  const nodes = await faultsOf(loaded);
  const faults = await possible(wanted, loaded, nodes, flags);
  const question = `Break nodes of ${loaded.name} on purpose (${faults.map(({ name }) => name).join(", ")})?`;
  if (!(await confirm(question, flags))) throw new ExitError(1);
  const { duration: durationMs, pause: pauseMs } = flags;
  const times = flags.all ? 1 : (flags.times ?? null);
  const planned = schedule({ seed, faults, times, durationMs, pauseMs });
  const stack = await openStack(argument);
  const report = await interruptible(
    (signal) =>
      as(identityOf(stack.access, "admin"), () =>
        run(stack, nodes, planned, { argument, seed, durationMs, yes: flags.yes === true, signal }),
      ),
    {
      doing: "healing what is broken, then removing the topic of this run",
      next: `kafka-stacks health ${argument}`,
      orderly: true,
    },
  );
  if (flags.report !== undefined) await writeAtomically(flags.report, `${JSON.stringify(report, null, 2)}\n`);
  if (flags.json) printJson(report);
  else printChaos(report);
  if (!report.passed) throw new ExitError(3);
}

/** @throws UserError when a fault that was asked for makes no sense there. */
function chosen({ name, plan }: LoadedStack, { fault: wanted }: Flags): readonly Fault[] {
  const judged = FAULTS.map((fault) => ({ fault, why: senseless(fault, plan) }));
  if (wanted === undefined)
    return judged.filter(({ fault, why }) => why === null && !fault.byName).map(({ fault }) => fault);
  return judged
    .filter(({ fault }) => wanted.includes(fault.name))
    .map(({ fault, why }) => {
      if (why === null) return fault;
      throw new UserError(`--fault ${fault.name} makes no sense for ${name}: ${why}`, "leave it out", 2);
    });
}

/** Without those that this machine, or the cluster as it is, does not permit. @throws UserError when it was asked for. */
async function possible(
  faults: readonly Fault[],
  { name, plan }: LoadedStack,
  nodes: NodeFaults,
  { fault: wanted }: Flags,
): Promise<readonly Fault[]> {
  const found: Fault[] = [];
  for (const fault of faults) {
    const why = await unfitEverywhere(fault, plan, nodes);
    if (why === undefined) found.push(fault);
    else if (wanted === undefined) say(`${fault.name} is left out: ${why}`);
    else throw new UserError(`--fault ${fault.name} cannot be done to any node of ${name}: ${why}`, "leave it out", 2);
  }
  return found;
}

interface RunOptions {
  readonly argument: string;
  readonly seed: number;
  readonly durationMs: number;
  readonly yes: boolean;
  readonly signal: AbortSignal;
}

async function run(
  stack: OpenStack,
  nodes: NodeFaults,
  planned: readonly ScheduledFault[],
  options: RunOptions,
): Promise<ChaosReport> {
  const { seed, durationMs, signal } = options;
  const [{ startLoad }, cluster] = await Promise.all([
    import("../kafka/chaos/load.ts"),
    openDisturbed(stack, nodes, options),
  ]);
  signal.throwIfAborted();
  say(`seed ${seed}: ${planned.map(({ fault }) => fault.name).join(", ")}`);
  const load = await startLoad(stack.outputs, { seed, patienceMs: PATIENCE_MS });
  try {
    const faults = await disturb(planned, { ...cluster, now: load.now, say }, signal);
    await calm(Math.max(planned.at(-1)?.calmMs ?? 0, durationMs - load.now()), signal);
    signal.throwIfAborted();
    say(`${load.acked()} records acknowledged; reading the log`);
    const history = await load.finish();
    return chaosReport({ stack: stack.name, seed, faults, history, findings: checkHistory(history) });
  } finally {
    say("removing the topic and groups of this run");
    await load.remove().catch((error: Error) => say(`not removed: ${error.message}`));
  }
}

function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("wanted a whole number");
}
