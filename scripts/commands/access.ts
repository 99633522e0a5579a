import { Command } from "commander";
import type { SecurityPlan } from "../../infra/plan/types.ts";
import { loadStackFile, resolveStack } from "../../infra/stack-file.ts";
import { actAsAgreed } from "../agree.ts";
import { openStack } from "../context.ts";
import { type AccessChange, extras, toMake } from "../ops/access/change.ts";
import { accessReport, appliedReport } from "../ops/access/report.ts";
import { changeRows, HEADER } from "../ops/access/words.ts";
import { applying, interruptible } from "../ui/interruptible.ts";
import { confirm, ExitError, printJson, printTable, say } from "../ui/output.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";

interface AccessFlags {
  readonly json?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
}

const SHOWN = 40;

/**
 * `kafka-stacks access plan|apply STACK`: `plan` exits 3 when anything differs, what the stack does not declare included;
 * `apply` makes what is declared true, and leaves the rest unless told to prune.
 */
export function accessCommand(): Command {
  const verb = (name: string, description: string) =>
    new Command(name)
      .description(description)
      .argument("<stack>", STACK_ARGUMENT)
      .option("--json", "print the report as JSON")
      .option("--prune", "remove users, permissions and quotas that the stack does not declare");
  return new Command("access")
    .description("declared users, permissions and quotas against live ones")
    .addCommand(verb("plan", "show what differs; exits 3 when something does").action(plan))
    .addCommand(
      verb("apply", "make users, permissions and quotas as declared").option("--yes", "do not ask").action(apply),
    );
}

async function plan(argument: string, flags: AccessFlags): Promise<void> {
  const { name, plan, changes } = await read(argument, flags);
  const report = accessReport(name, plan.security.profile, changes);
  if (flags.json) printJson(report);
  else show(plan.security, argument, changes);
  if (!report.inSync) throw new ExitError(3);
}

async function apply(argument: string, flags: AccessFlags): Promise<void> {
  const { name, plan, changes } = await actAsAgreed({
    stack: resolveStack(argument).name,
    command: "access apply",
    yes: flags.yes === true,
    look: () => read(argument, flags),
    isDone: ({ cluster, changes }) => cluster === null || toMake(changes).length === 0,
    agreedOn: ({ changes }) => toMake(changes),
    async show({ plan, cluster, changes }) {
      if (!flags.json) show(plan.security, argument, changes);
      if (cluster) (await import("../kafka/access-apply.ts")).refuseWithoutPassword(toMake(changes), cluster.access);
    },
    ask: ({ changes }) => confirm(question(toMake(changes)), flags),
    async act(_, { cluster, changes }) {
      const { applyAccessChanges } = await import("../kafka/access-apply.ts");
      if (!cluster) return;
      await interruptible(
        (signal) => applyAccessChanges(cluster, changes, say, { prune: flags.prune ?? false, signal }),
        applying(`access apply ${argument}`),
      );
    },
  });
  // Whatever stood in the way would have thrown: what is listed was done.
  if (flags.json) printJson(appliedReport(name, plan.security.profile, changes));
}

/** Where nobody has a name the cluster need not be up to tell. */
async function read(argument: string, { prune = false }: AccessFlags) {
  const { name, plan } = loadStackFile(argument);
  if (plan.security.identities.length === 0) return { name, plan, cluster: null, changes: [] };
  const [cluster, { planAccess }] = await Promise.all([openStack(argument), import("../kafka/access-plan.ts")]);
  return { name, plan, cluster, changes: await planAccess(cluster, { prune }) };
}

function show({ profile, identities }: SecurityPlan, argument: string, changes: readonly AccessChange[]): void {
  if (identities.length === 0)
    print(`nothing to manage: with security.profile ${profile} nobody has a name; scram and mtls have users`);
  else if (changes.length === 0) print("users, permissions and quotas are as declared");
  else {
    const rows = changeRows(changes);
    printTable(rows.slice(0, SHOWN), HEADER);
    if (rows.length > SHOWN) print(`… and ${rows.length - SHOWN} more; --json shows all`);
    const [todo, left] = [toMake(changes).length, extras(changes).length];
    print("");
    if (todo > 0) print(`${count(todo, "change")} to make`);
    if (left > 0) print(`${left} not declared and kept; to remove: kafka-stacks access apply ${argument} --prune`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

function question(todo: readonly AccessChange[]): string {
  const removed = todo.filter(({ action }) => action === "remove").length;
  const loss = removed > 0 ? `, removing ${removed} of what users have` : "";
  return `Make ${count(todo.length, "change")}${loss}?`;
}
