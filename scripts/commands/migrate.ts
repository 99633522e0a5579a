import { isDeepStrictEqual } from "node:util";
import { Command, Option } from "commander";
import { Deadline, monotonic } from "../../base/time.ts";
import { UserError } from "../../infra/errors.ts";
import { METADATA_PHASES, type MetadataPhase } from "../../infra/plan/migration.ts";
import { withStackLock } from "../../toolchain/stack-lock.ts";
import { changedMeanwhile } from "../agree.ts";
import { type MigrationAction, type MigrationState, nextAction } from "../ops/migrate/next.ts";
import { nodeRows, PHASE_WORDS } from "../ops/migrate/words.ts";
import { interruptible } from "../ui/interruptible.ts";
import { confirm, ExitError, printJson, printTable, say } from "../ui/output.ts";
import { ALLOW_UNAVAILABLE, STACK_ARGUMENT } from "../ui/usage.ts";
import { bringUp, type MigratingStack, readMigration, requireReady, setPhase } from "./migrate/steps.ts";

interface Options {
  readonly to: MetadataPhase;
  readonly status?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly allowUnavailable?: boolean;
}

/** How long the copy of ZooKeeper's metadata may take: minutes with hundreds of thousands of partitions. */
const COPY_LIMIT_MS = 30 * 60_000;
const POLL_MS = 1_000;

/** `migrate STACK`: from ZooKeeper to KRaft, or back, by one `up` for each step. Whatever it was cut off at, it goes on. */
export function migrateCommand(): Command {
  return new Command("migrate")
    .description("take a running cluster from ZooKeeper to KRaft, step by step, or back as long as there is a way")
    .argument("<stack>", STACK_ARGUMENT)
    .addOption(
      new Option("--to <phase>", "where to stop; a phase that lies behind is gone back to")
        .choices(METADATA_PHASES)
        .default("kraft" satisfies MetadataPhase),
    )
    .option("--status", "only show how far it is")
    .option("--allow-unavailable", ALLOW_UNAVAILABLE)
    .option("--yes", "do not ask, not even before the last step, from which no way leads back")
    .option("--json", "print where the cluster stands as JSON")
    .action(migrate);
}

async function migrate(argument: string, options: Options): Promise<void> {
  let found = await readMigration(argument);
  if (!options.status) {
    if (nextAction(found.state, options.to).action !== "done") await askToBegin(found, options);
    const { stack, state } = found;
    found = await withStackLock(stack.name, { command: `migrate --to ${options.to}`, say }, async () => {
      const begun = await readMigration(argument);
      if (!options.yes) requireSamePlace(stack.name, state, begun.state);
      return interruptible((signal) => goTo(argument, begun, options, signal), {
        doing: "the cluster stays at the step that it has reached",
        next: `kafka-stacks migrate ${argument}: it resumes there`,
      });
    });
  }
  show(found, options);
}

/** Acts until there is nothing left to do. Every turn looks anew, so it does not matter who did what was done. */
async function goTo(
  argument: string,
  begun: MigratingStack,
  options: Options,
  signal: AbortSignal,
): Promise<MigratingStack> {
  const deadline = new Deadline(COPY_LIMIT_MS);
  for (let found = begun; ; found = await readMigration(argument)) {
    const next = nextAction(found.state, options.to);
    if (next.action === "done") return found;
    if (next.action === "refuse") throw new UserError(next.reason, next.next);
    if (next.action === "wait") {
      if (deadline.isOver)
        throw new UserError(
          `waited for half an hour, found: ${next.reason}`,
          "see the controllers' logs; migrate --to zookeeper goes back",
        );
      await monotonic.sleep(POLL_MS, signal);
    } else await act(argument, found, next, options, signal);
    signal.throwIfAborted();
  }
}

/** What was agreed to was a way from here. @throws UserError when the cluster stands elsewhere. */
function requireSamePlace(name: string, agreed: MigrationState, now: MigrationState): void {
  if (now.deployed !== agreed.deployed || now.file !== agreed.file) throw changedMeanwhile(`the phase of ${name} has`);
}

type Act = Extract<MigrationAction, { readonly phase: MetadataPhase }>;

async function act(
  argument: string,
  found: MigratingStack,
  { action, phase }: Act,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  if (action === "step") {
    await requireReady(found);
    if (phase === "kraft" && !options.yes) await askToFinalise(argument, found);
    await setPhase(found.stack, phase);
  }
  say(`${action === "step" ? "next" : "first what was begun"}: ${phase} (${PHASE_WORDS[phase]})`);
  await bringUp(argument, options, signal);
}

/** The last step, after which no way leads back: nothing of what it rests on may have gone while the question stood. */
async function askToFinalise(argument: string, found: MigratingStack): Promise<void> {
  if (!(await confirm(`Finalise ${found.stack.name}? No way leads back.`, {}))) throw new ExitError(1);
  const now = await readMigration(argument);
  if (!isDeepStrictEqual(now.state, found.state)) throw changedMeanwhile(`the migration of ${found.stack.name} has`);
  await requireReady(now);
}

async function askToBegin({ stack, state }: MigratingStack, options: Options): Promise<void> {
  const question = `Take ${stack.name} from ${state.deployed} to ${options.to}, restarting its nodes one after the other?`;
  if (!(await confirm(question, options))) throw new ExitError(1);
}

function show({ stack, state, outputs }: MigratingStack, { json }: Options): void {
  const nodes = nodeRows(outputs.nodes, state);
  const { file, deployed, live } = state;
  const copied = typeof live === "string" ? null : live.copied;
  if (json) {
    printJson({ schemaVersion: 1, stack: stack.name, file, deployed, copied, nodes });
    return;
  }
  process.stdout.write(`${stack.name}: ${deployed} (${PHASE_WORDS[deployed]})\n${remark(state)}\n`);
  printTable(
    nodes.map(({ id, roles, metadata }) => [String(id), roles.join("+"), metadata ?? "does not answer"]),
    ["NODE", "ROLES", "METADATA"],
  );
}

function remark({ file, deployed, live }: MigrationState): string {
  if (file !== deployed) return `the file says ${file}: an up was cut off, or is still to be run\n`;
  if (typeof live === "string") return `${live}\n`;
  return deployed === "dualWrite" && !live.copied
    ? "the controllers have not yet copied all of ZooKeeper's metadata\n"
    : "";
}
