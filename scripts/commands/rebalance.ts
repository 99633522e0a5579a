import { Command, InvalidArgumentError } from "commander";
import { parseRate, UnitError } from "../../capacity/units.ts";
import { UserError } from "../../infra/errors.ts";
import { resolveStack } from "../../infra/stack-file.ts";
import { actAsAgreed } from "../agree.ts";
import { type OpenStack, openStack } from "../context.ts";
import { as, identityOf } from "../kafka/identity.ts";
import { planPlacement } from "../ops/rebalance/plan.ts";
import { type RebalanceReport, rebalanceReport } from "../ops/rebalance/report.ts";
import type { RebalanceState } from "../ops/rebalance/state.ts";
import type { ReplicaMove } from "../ops/rebalance/types.ts";
import { wishesOf } from "../ops/rebalance/wishes.ts";
import { brokerRows, HEADER, toDo } from "../ops/rebalance/words.ts";
import { interruptible } from "../ui/interruptible.ts";
import { confirm, ExitError, printJson, printTable, say } from "../ui/output.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";

interface RebalanceFlags {
  readonly drain?: readonly number[];
  readonly json?: boolean;
  readonly throttle?: number;
  readonly yes?: boolean;
}

/** `kafka-stacks rebalance plan|apply STACK`: `plan` exits 3 when anything is to be moved or removed. */
export function rebalanceCommand(): Command {
  const verb = (name: string, description: string) =>
    new Command(name)
      .description(description)
      .argument("<stack>", STACK_ARGUMENT)
      .option("--drain <ids...>", "leave no replica on these brokers", addId)
      .option("--json", "print the report as JSON");
  return new Command("rebalance")
    .description("where replicas lie against where they should: racks, drained brokers, replication factors, even load")
    .addCommand(verb("plan", "show what would move; exits 3 when something would").action(plan))
    .addCommand(
      verb("apply", "move replicas until nothing is to move; goes on where an earlier run stopped")
        .option("--throttle <rate>", "at most so much replication on each broker, such as 50MB/s", rateOf)
        .option("--yes", "do not ask")
        .action(apply),
    );
}

async function plan(argument: string, flags: RebalanceFlags): Promise<void> {
  const { report } = await read(argument, flags);
  if (flags.json) printJson(report);
  else show(report);
  if (!report.balanced) throw new ExitError(3);
}

async function apply(argument: string, flags: RebalanceFlags): Promise<void> {
  const { report } = await actAsAgreed({
    stack: resolveStack(argument).name,
    command: "rebalance apply",
    yes: flags.yes === true,
    look: () => read(argument, flags),
    isDone: ({ report }) => report.balanced,
    agreedOn: premises,
    show({ report }) {
      if (!flags.json) show(report);
    },
    ask: ({ report }) => confirm(question(report), flags),
    async act({ moves }, { stack, state }) {
      const { applyMoves } = await import("../kafka/rebalance/apply.ts");
      await interruptible(
        (signal) =>
          as(identityOf(stack.access, "admin"), () =>
            applyMoves(stack.outputs.bootstrapServers, state, moves, { throttle: flags.throttle, signal, say }),
          ),
        {
          doing: "taking back what is under way, and the throttle",
          next: `kafka-stacks rebalance apply ${argument}`,
          orderly: true,
        },
      );
    },
  });
  // Whatever stood in the way would have thrown: what is listed was done.
  if (flags.json) printJson({ ...report, balanced: true });
  else if (!report.balanced) process.stdout.write("rebalanced\n");
}

/**
 * What the moves that were shown rest on. Not the bytes: they grow while clients write, and a move that was worth it is still
 * a safe one.
 */
const premises = ({ stack, state, report: { drained } }: Read) => ({
  declared: stack.plan,
  drained,
  brokers: state.brokers.map(({ id, rack }) => `${id} in ${rack}`).toSorted(),
  replicas: state.topics
    .flatMap(({ name, partitions }) => partitions.map((one) => `${name}-${one.partition}: ${one.replicas}`))
    .toSorted(),
  ongoing: state.ongoing.map((one) => `${one.topic}-${one.partition}: +${one.adding} -${one.removing}`).toSorted(),
  throttles: state.throttles,
});

interface Read {
  readonly stack: OpenStack;
  readonly state: RebalanceState;
  readonly moves: readonly ReplicaMove[];
  readonly report: RebalanceReport;
}

async function read(argument: string, { drain = [] }: RebalanceFlags): Promise<Read> {
  const [stack, { readRebalanceState }] = await Promise.all([
    openStack(argument),
    import("../kafka/rebalance/read.ts"),
  ]);
  const state = await as(identityOf(stack.access, "admin"), () => readRebalanceState(stack.outputs.bootstrapServers));
  const wishes = wishesOf(stack.plan, state, drain);
  if (typeof wishes === "string")
    throw new UserError(`nothing can be planned: ${wishes}`, "name other brokers, or change the stack file");
  const placement = planPlacement(wishes.partitions, wishes.brokers);
  const report = rebalanceReport(stack.name, placement, wishes.drained, state);
  return { stack, state, moves: placement.moves, report };
}

function show(report: RebalanceReport): void {
  printTable(brokerRows(report), HEADER);
  process.stdout.write(`\n${toDo(report).join("\n")}\n`);
}

function question({ movement: { partitions } }: RebalanceReport): string {
  return partitions === 0 ? "Finish it?" : `Move ${partitions} ${partitions === 1 ? "partition" : "partitions"}?`;
}

function addId(text: string, before: readonly number[] = []): number[] {
  const ids = text.split(",").map(Number);
  if (ids.some((id) => !Number.isInteger(id) || id < 1))
    throw new InvalidArgumentError("wanted ids of brokers, such as 4");
  return [...before, ...ids];
}

function rateOf(text: string): number {
  try {
    const rate = parseRate(text);
    if (rate < 1) throw new InvalidArgumentError("wanted a rate above 0");
    return rate;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new InvalidArgumentError(`${error.message}; ${error.next}`);
  }
}
