import { Command, Option } from "commander";
import { preflight } from "../../infra/program.ts";
import { type LoadedStack, loadStackFile } from "../../infra/stack-file.ts";
import { asShown } from "../agree.ts";
import { deploy, previewStack } from "../pulumi/deploy.ts";
import { openPulumiStack } from "../pulumi/workspace.ts";
import { interruptible } from "../ui/interruptible.ts";
import { confirm, ExitError, isInteractive, printJson, say } from "../ui/output.ts";
import { prepareMachine } from "../ui/toolchain.ts";
import { ALLOW_UNAVAILABLE, STACK_ARGUMENT } from "../ui/usage.ts";
import { sayWarnings } from "../ui/warnings.ts";
import { takeVerified } from "../verified.ts";
import { STEPS, type Step, VERIFYING, type Verification, verifyCluster } from "../verify.ts";
import { printOutputs } from "./outputs.ts";
import { sayPending } from "./up/pending.ts";

interface Options {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly skip: readonly Step[];
  readonly allowUnavailable?: boolean;
}

/** `up [STACK]`: from whatever is there to a verified cluster. Exits 3 when the deployment worked but a check failed. */
export function upCommand(): Command {
  return new Command("up")
    .description("set up what is missing, provision the cluster, create its topics, check and smoke-test it")
    .argument("[stack]", STACK_ARGUMENT, "dev")
    .option("--yes", "do not ask")
    .addOption(new Option("--skip <steps...>", "leave steps out").choices(STEPS).default([], "none"))
    .option("--allow-unavailable", ALLOW_UNAVAILABLE)
    .option("--json", "print what was done and found as JSON")
    .action(up);
}

async function up(argument: string, options: Options): Promise<void> {
  const stack = loadStackFile(argument, { toDeploy: true });
  sayWarnings(stack.warnings);
  if (!options.yes && !isInteractive()) await confirm(`Deploy ${stack.name}?`, options);
  for (const remark of await preflight(stack)) say(remark);
  const machine = await prepareMachine(stack.plan, options.yes === true);
  const pulumiStack = await openPulumiStack(stack, machine.pulumiBinDir, options);
  if (!options.yes) {
    await previewStack(pulumiStack);
    await sayPending(stack.plan, options.skip);
    if (!(await confirm(`Deploy ${stack.name}?`, options))) throw new ExitError(1);
  }
  const { outputs, access, changes, found } = await asShown(
    stack,
    { argument, command: "up", toDeploy: true },
    async () => {
      const mark = takeVerified(stack.name);
      const deployed = await deploy(pulumiStack);
      const { outputs, access, changes } = deployed;
      const verified = changes === 0 ? mark : undefined;
      const found = await interruptible(
        (signal) =>
          verifyCluster(stack.plan, { cluster: outputs, access }, { skip: options.skip, verified, signal, say }),
        VERIFYING,
      );
      return { ...deployed, found };
    },
  );
  if (options.json) printJson({ schemaVersion: 1, stack: stack.name, changes, ...found, outputs });
  else {
    printOutputs(outputs, access);
    process.stdout.write(`\n${verdict(stack, argument, changes, found, options.skip)}\n`);
  }
  if (!found.ok) throw new ExitError(3);
}

function verdict(
  { name, plan }: LoadedStack,
  argument: string,
  changes: number,
  found: Verification,
  skip: readonly Step[],
): string {
  if (found.health?.healthy === false) return `${name} is up but not healthy; next: kafka-stacks health ${argument}`;
  if (found.smoke?.passed === false)
    return `${name} is up but failed the smoke test; next: kafka-stacks smoke ${argument}`;
  const left = skip.length > 0 ? `, ${skip.join(" and ")} skipped` : " and verified";
  const did = changes === 0 ? "nothing had to change" : `${changes} ${changes === 1 ? "change" : "changes"}`;
  return `${name} is up${left} (${did})\nclient configuration: kafka-stacks outputs ${argument} --client-properties${plan.security.identities.length > 0 ? " --user NAME" : ""}`;
}
