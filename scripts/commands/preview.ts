import { Command } from "commander";
import { preflight } from "../../infra/program.ts";
import { loadStackFile } from "../../infra/stack-file.ts";
import { diffDeployed, diffText } from "../diff.ts";
import { previewStack } from "../pulumi/deploy.ts";
import { openPulumiStack } from "../pulumi/workspace.ts";
import { printJson, say } from "../ui/output.ts";
import { prepareMachine } from "../ui/toolchain.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";
import { sayWarnings } from "../ui/warnings.ts";
import { sayPending } from "./up/pending.ts";

/** `preview STACK`: what `up` would change; touches nothing of the cluster. */
export function previewCommand(): Command {
  return new Command("preview")
    .description("show what up would change")
    .argument("[stack]", STACK_ARGUMENT, "dev")
    .option("--json", "print the number of changes as JSON")
    .option("--yes", "install missing system packages without asking")
    .action(async (argument: string, options: { readonly json?: boolean; readonly yes?: boolean }) => {
      const stack = loadStackFile(argument, { toDeploy: true });
      sayWarnings(stack.warnings);
      for (const remark of await preflight(stack)) say(remark);
      const diff = await diffDeployed(stack.plan);
      if (diff) say(diffText(diff));
      const machine = await prepareMachine(stack.plan, options.yes === true);
      const changes = await previewStack(await openPulumiStack(stack, machine.pulumiBinDir));
      const total = changes + (await sayPending(stack.plan));
      if (options.json) printJson({ schemaVersion: 1, stack: stack.name, changes, nodes: diff });
      else
        process.stdout.write(
          total === 0 ? "nothing to do\n" : `up would make ${total} ${total === 1 ? "change" : "changes"}\n`,
        );
    });
}
