import { Command } from "commander";
import { resolveStack } from "../../infra/stack-file.ts";
import { actAsAgreed } from "../agree.ts";
import { openStack } from "../context.ts";
import { as, identityOf } from "../kafka/identity.ts";
import { only, type TopicChange, topicsReport } from "../ops/topics/change.ts";
import { changeRow, HEADER } from "../ops/topics/words.ts";
import { applying, interruptible } from "../ui/interruptible.ts";
import { confirm, ExitError, printJson, printTable, say } from "../ui/output.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";

interface TopicsFlags {
  readonly json?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
}

const SHOWN = 40;

/** `kafka-stacks topics plan|apply STACK`: `plan` exits 3 on drift; `apply` ends in sync, or 1 with nothing changed when a change is refused. */
export function topicsCommand(): Command {
  const verb = (name: string, description: string) =>
    new Command(name)
      .description(description)
      .argument("<stack>", STACK_ARGUMENT)
      .option("--json", "print the report as JSON")
      .option("--prune", "delete topics that the stack does not declare");
  return new Command("topics")
    .description("declared topics against live ones")
    .addCommand(verb("plan", "show what differs; exits 3 when something does").action(plan))
    .addCommand(
      verb("apply", "create and change topics until nothing differs").option("--yes", "do not ask").action(apply),
    );
}

async function plan(stack: string, flags: TopicsFlags): Promise<void> {
  const { name, changes } = await read(stack, flags);
  const report = topicsReport(name, changes);
  if (flags.json) printJson(report);
  else show(changes);
  if (!report.inSync) throw new ExitError(3);
}

async function apply(argument: string, flags: TopicsFlags): Promise<void> {
  const { name } = resolveStack(argument);
  const { changes } = await actAsAgreed({
    stack: name,
    command: "topics apply",
    yes: flags.yes === true,
    look: () => read(argument, flags),
    isDone: ({ changes }) => toMake(changes).length === 0,
    // With the number of records of what is deleted: more of them are more than was agreed to.
    agreedOn: ({ changes }) => toMake(changes),
    async show({ changes }) {
      if (!flags.json) show(changes);
      if (toMake(changes).length > 0) (await import("../kafka/apply-topics.ts")).refuseTogether(toMake(changes));
    },
    ask: ({ changes }) => confirm(question(toMake(changes)), flags),
    async act(_, { outputs, admin, changes }) {
      const { applyTopicChanges } = await import("../kafka/apply-topics.ts");
      await interruptible(
        (signal) => as(admin, () => applyTopicChanges(outputs.bootstrapServers, toMake(changes), say, signal)),
        applying(`topics apply ${argument}`),
      );
    },
  });
  // Whatever stood in the way would have thrown: what is listed was done.
  if (flags.json) printJson({ ...topicsReport(name, changes), inSync: true });
}

const toMake = (changes: readonly TopicChange[]): TopicChange[] =>
  changes.filter(({ action }) => action !== "unmanaged");

async function read(argument: string, flags: TopicsFlags) {
  const [stack, { planTopics }] = await Promise.all([openStack(argument), import("../kafka/plan-topics.ts")]);
  const admin = identityOf(stack.access, "admin");
  const changes = await as(admin, () => planTopics(stack.plan, stack.outputs, { prune: flags.prune ?? false }));
  return { ...stack, admin, changes };
}

function show(changes: readonly TopicChange[]): void {
  const rows = changes.slice(0, SHOWN).map(changeRow);
  if (rows.length > 0) printTable(rows, HEADER);
  if (changes.length > SHOWN) process.stdout.write(`… and ${changes.length - SHOWN} more; --json shows all\n`);
  const todo = changes.filter(({ action }) => action !== "unmanaged").length;
  process.stdout.write(
    todo === 0 ? "topics are in sync\n" : `\n${todo} ${todo === 1 ? "change" : "changes"} to make\n`,
  );
}

function question(todo: readonly TopicChange[]): string {
  const doomed = only(todo, "delete");
  const records = doomed.reduce((sum, { from }) => sum + (from.records ?? 0), 0);
  const loss =
    doomed.length > 0
      ? `, deleting ${doomed.length} ${doomed.length === 1 ? "topic" : "topics"} with ${records} records for good`
      : "";
  return `Make ${todo.length} ${todo.length === 1 ? "change" : "changes"}${loss}?`;
}
