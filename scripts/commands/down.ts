import { existsSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { stateHome } from "../../infra/paths.ts";
import { deleteData, operationsOf } from "../../infra/program.ts";
import { asShown, changedMeanwhile } from "../agree.ts";
import { findStack, type KnownStack } from "../context.ts";
import { destroy } from "../pulumi/deploy.ts";
import { readStackOutputs } from "../pulumi/outputs.ts";
import { openPulumiStack } from "../pulumi/workspace.ts";
import { forgetDown, rememberDown } from "../taken-down.ts";
import { confirm, ExitError, printJson, say } from "../ui/output.ts";
import { prepareMachine } from "../ui/toolchain.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";
import { forgetVerified } from "../verified.ts";
import { stopStillRunning } from "./still-running.ts";

interface Options {
  readonly yes?: boolean;
  readonly deleteData?: boolean;
  readonly json?: boolean;
}

/** `down STACK`: stops the cluster; its data stays unless `--delete-data` asks for the deletion of this very stack's. */
export function downCommand(): Command {
  return new Command("down")
    .description("stop a cluster; its data is kept unless --delete-data")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--yes", "do not ask")
    .option("--delete-data", "also delete every record and topic of this stack, for good")
    .option("--json", "print what was done as JSON")
    .action(down);
}

async function down(argument: string, options: Options): Promise<void> {
  const stack = await findStack(argument);
  const isFileGone = stack.loaded === undefined;
  const question = options.deleteData
    ? `Stop ${stack.name} and DELETE ALL ITS DATA?`
    : `Stop ${stack.name}? Its data is kept.`;
  const isAsked = options.deleteData === true && options.yes !== true;
  const shown = isAsked ? await clusterIdOf(stack) : undefined;
  if (!(await confirm(question, options))) throw new ExitError(1);
  const machine = await prepareMachine(stack.plan, options.yes === true);
  const how = { destroying: true, ...(isFileGone ? { deployed: stack.plan } : {}) };
  const deleted = await asShown(stack, { argument, command: "down", isFileGone }, async () => {
    // Another cluster of that name has other data.
    if (isAsked && (await clusterIdOf(stack)) !== shown) throw changedMeanwhile(`the cluster of ${stack.name} has`);
    // Before: a run that is killed after Pulumi forgot the outputs leaves a stack that can still be named.
    rememberDown(stack.plan);
    await destroy(await openPulumiStack(stack, machine.pulumiBinDir, how));
    await stopStillRunning(stack.plan, await operationsOf(stack.plan));
    forgetVerified(stack.name);
    const deleted = options.deleteData ? await deleteData(stack.plan) : [];
    if (options.deleteData || !hasKept(stack)) forgetDown(stack.name);
    return deleted;
  });
  for (const place of deleted) say(`deleted ${place}`);
  if (options.json) printJson({ schemaVersion: 1, stack: stack.name, stopped: true, dataDeleted: deleted.length > 0 });
  else if (options.deleteData)
    process.stdout.write(`${stack.name} is down and ${deleted.length > 0 ? "its data is deleted" : "has no data"}\n`);
  else if (hasKept(stack))
    process.stdout.write(
      `${stack.name} is down; its data is kept (up reuses it, down ${argument} --delete-data deletes it)\n`,
    );
  else process.stdout.write(`${stack.name} is down; none of its data is kept here: the next up makes a new cluster\n`);
}

/** Whether the state folder knows a cluster of that name; its deletion takes that away. */
const hasKept = ({ name, plan }: Pick<KnownStack, "name" | "plan">): boolean =>
  existsSync(path.join(stateHome(), plan.target, name));

/** Undefined where none is up. */
async function clusterIdOf({ name }: { readonly name: string }): Promise<string | undefined> {
  const { cluster } = await readStackOutputs(name);
  return (cluster as { readonly clusterId?: string } | undefined)?.clusterId;
}
