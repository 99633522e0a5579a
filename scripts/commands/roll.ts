import { Command, Option } from "commander";
import { UserError } from "../../infra/errors.ts";
import { preflight } from "../../infra/program.ts";
import { type LoadedStack, loadStackFile } from "../../infra/stack-file.ts";
import { asShown } from "../agree.ts";
import { readDeployed } from "../context.ts";
import { rollNodes } from "../pulumi/roll.ts";
import { openPulumiStack } from "../pulumi/workspace.ts";
import { interruptible } from "../ui/interruptible.ts";
import { confirm, ExitError, printJson, say } from "../ui/output.ts";
import { prepareMachine } from "../ui/toolchain.ts";
import { ALLOW_UNAVAILABLE, STACK_ARGUMENT } from "../ui/usage.ts";
import { sayWarnings } from "../ui/warnings.ts";
import { VERIFYING, verifyCluster } from "../verify.ts";

interface Options {
  readonly reason: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly allowUnavailable?: boolean;
  readonly parallel?: "rack";
}

/** `roll STACK`: restarts every node through the gate, although nothing changed. Exits 3 when a health check fails after. */
export function rollCommand(): Command {
  return new Command("roll")
    .description("restart every node, one after the other, as safely as a change would")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--reason <text>", "why; kept with the nodes", "asked for")
    .option("--allow-unavailable", ALLOW_UNAVAILABLE)
    .addOption(
      new Option("--parallel <unit>", "brokers of one rack together, where every partition keeps its min ISR").choices([
        "rack",
      ]),
    )
    .option("--yes", "do not ask")
    .option("--json", "print what was done and found as JSON")
    .action(roll);
}

async function roll(argument: string, options: Options): Promise<void> {
  const stack = loadStackFile(argument, { toDeploy: true });
  sayWarnings(stack.warnings);
  requireRacks(stack, options);
  await readDeployed(stack.name, argument);
  if (!(await confirm(`Restart every node of ${stack.name}, one after the other?`, options))) throw new ExitError(1);
  for (const remark of await preflight(stack)) say(remark);
  const machine = await prepareMachine(stack.plan, options.yes === true);
  const { mark, changes, ok, health } = await asShown(
    stack,
    { argument, command: "roll", toDeploy: true },
    async () => {
      const opened = await openPulumiStack(stack, machine.pulumiBinDir, options);
      const { outputs, access, ...rolled } = await rollNodes(opened, options.reason);
      const how = { skip: ["topics", "smoke"], verified: undefined, say } as const;
      const verification = await interruptible(
        (signal) => verifyCluster(stack.plan, { cluster: outputs, access }, { ...how, signal }),
        VERIFYING,
      );
      return { ...rolled, ...verification };
    },
  );
  if (options.json) printJson({ schemaVersion: 1, stack: stack.name, roll: mark, changes, health });
  else process.stdout.write(`${stack.name}: every node has restarted${ok ? "" : ", but a health check fails"}\n`);
  if (!ok) throw new ExitError(3);
}

/** @throws UserError where racks cannot make a roll quicker. */
function requireRacks({ name, plan }: LoadedStack, { parallel }: Options): void {
  if (parallel === undefined) return;
  if (plan.target === "kubernetes")
    throw new UserError(
      `--parallel ${parallel}: pods of ${name} restart one by one, as their PodDisruptionBudget wants`,
      "leave it out",
      2,
    );
  if (plan.nodes.every(({ rack }) => rack === null))
    throw new UserError(`--parallel ${parallel}: ${name} has no racks`, "leave it out, or set brokers.racks", 2);
}
