import { Command, InvalidArgumentError } from "commander";
import { UserError } from "../../infra/errors.ts";
import type { NodePlan } from "../../infra/plan/types.ts";
import { preflight } from "../../infra/program.ts";
import { type LoadedStack, loadStackFile } from "../../infra/stack-file.ts";
import { asShown } from "../agree.ts";
import { type OpenStack, openStack, reachCluster } from "../context.ts";
import { readStrictGateState } from "../kafka/gate-state.ts";
import { as, identityOf } from "../kafka/identity.ts";
import { awaitReplicas } from "../kafka/replicas-back.ts";
import { mayReplace } from "../ops/gate/may-replace.ts";
import { deploy } from "../pulumi/deploy.ts";
import { openPulumiStack } from "../pulumi/workspace.ts";
import { interruptible } from "../ui/interruptible.ts";
import { confirm, ExitError, printJson, say } from "../ui/output.ts";
import { type Machine, prepareMachine } from "../ui/toolchain.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";
import { sayWarnings } from "../ui/warnings.ts";
import { verifyCluster } from "../verify.ts";

interface Options {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Of every broker, asked about everything: one that is late counts as one that has nothing. */
const ANSWER_MS = 15_000;

/** `replace-node STACK ID`: gives a node an empty disk, which the others fill. Exits 3 when a health check fails after. */
export function replaceNodeCommand(): Command {
  return new Command("replace-node")
    .description("delete the data of one node and let the others fill it again: for a disk that is lost or broken")
    .argument("<stack>", STACK_ARGUMENT)
    .argument("<id>", "of the node", nodeId)
    .option("--yes", "do not ask")
    .option("--json", "print what was done and found as JSON")
    .action(replaceNode);
}

/** Cut off after the data are gone, the next `up` starts the node, and its replicas come back without anybody waiting. */
async function replaceNode(argument: string, id: number, options: Options): Promise<void> {
  const declared = loadStackFile(argument, { toDeploy: true });
  sayWarnings(declared.warnings);
  const stack = await openStack(argument);
  const node = nodeOf(stack, id);
  await requireCopies(stack, node);
  const question = `Delete the data of node ${id} (${node.roles.join(", ")}) of ${stack.name}, and copy them again from the others?`;
  if (!(await confirm(question, options))) throw new ExitError(1);
  for (const remark of await preflight(declared)) say(remark);
  const machine = await prepareMachine(stack.plan, options.yes === true);
  const shown = { argument, command: `replace-node ${id}`, toDeploy: true };
  const { deleted, changes, ok, health } = await asShown(declared, shown, async () => {
    await requireCopies(stack, node);
    const { deleted, outputs, access, changes } = await replace(declared, machine, node);
    const { ok, health } = await interruptible(
      async (signal) => {
        await reachCluster(stack.plan, outputs);
        const kraft = stack.plan.mode === "kraft";
        await as(identityOf(access, "admin"), () =>
          awaitReplicas({ bootstrapServers: outputs.bootstrapServers, kraft, node, signal, say }),
        );
        const live = { cluster: outputs, access };
        return verifyCluster(stack.plan, live, { skip: ["topics", "smoke"], verified: undefined, signal, say });
      },
      {
        doing: `node ${id} keeps copying`,
        next: `kafka-stacks health ${stack.name} --watch shows when it is in sync`,
      },
    );
    return { deleted, changes, ok, health };
  });
  if (options.json) printJson({ schemaVersion: 1, stack: stack.name, node: id, deleted, changes, health });
  else
    process.stdout.write(
      `node ${id} of ${stack.name} has its replicas again${ok ? "" : ", but a health check fails"}\n`,
    );
  if (!ok) throw new ExitError(3);
}

/**
 * The deployment empties the node itself, behind its gate: it asks once more when the node has stopped. @throws UserError when
 * the node keeps its data.
 */
async function replace(declared: LoadedStack, { pulumiBinDir }: Machine, { id }: NodePlan) {
  let deleted: readonly string[] | undefined;
  const emptied = (places: readonly string[]) => {
    deleted = places;
    for (const place of places) say(`deleted ${place}`);
  };
  const opened = await openPulumiStack(declared, pulumiBinDir, { replaces: { nodeId: id, emptied } });
  const deployed = await deploy(opened, { replaces: id });
  if (deleted === undefined)
    throw new UserError(
      `node ${id} of ${declared.name} keeps its data: the deployment has not come to it`,
      `run: kafka-stacks up ${declared.name}, then this again`,
    );
  return { deleted, ...deployed };
}

function nodeOf({ name, plan }: OpenStack, id: number): NodePlan {
  const node = plan.nodes.find((one) => one.id === id);
  if (!node)
    throw new UserError(
      `${name} has no node ${id}: it has ${plan.nodes.map((one) => one.id).join(", ")}`,
      "name one of these",
      2,
    );
  if (node.roles.includes("zookeeper"))
    throw new UserError(
      `node ${id} is of ZooKeeper, whose members cannot be asked whether the others have all it has`,
      "follow the procedure of ZooKeeper itself for a lost member, or go to KRaft first: kafka-stacks migrate",
      2,
    );
  return node;
}

/** @throws UserError with every reason, before anything is changed. */
async function requireCopies({ name, plan, outputs, access }: OpenStack, node: NodePlan): Promise<void> {
  const state = await as(identityOf(access, "admin"), () =>
    readStrictGateState(outputs.bootstrapServers, plan.mode === "kraft", ANSWER_MS),
  );
  const answer = mayReplace(node, state, plan);
  if (answer.may === "now") return;
  throw new UserError(
    `node ${node.id} keeps its data: ${answer.reasons.map(({ words }) => words).join("; ")}`,
    answer.may === "never"
      ? `move or copy them first: kafka-stacks rebalance apply ${name} --drain ${node.id}, or more replicas`
      : `wait until the others have caught up (kafka-stacks health ${name}), then run this again`,
  );
}

function nodeId(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("wanted the id of a node, such as 2");
}
