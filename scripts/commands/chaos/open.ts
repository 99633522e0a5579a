import { UserError } from "../../../infra/errors.ts";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import { operationsOf } from "../../../infra/program.ts";
import type { LoadedStack } from "../../../infra/stack-file.ts";
import { withStackLock } from "../../../toolchain/stack-lock.ts";
import { type OpenStack, runtimeOf } from "../../context.ts";
import { as, identityOf } from "../../kafka/identity.ts";
import { type Fault, type FaultAction, isLasting } from "../../ops/chaos/faults.ts";
import { deploy, previewStack } from "../../pulumi/deploy.ts";
import { rollNodes } from "../../pulumi/roll.ts";
import { openPulumiStack } from "../../pulumi/workspace.ts";
import { say } from "../../ui/output.ts";
import { prepareMachine } from "../../ui/toolchain.ts";
import { CHANGES } from "./changes.ts";
import type { Disturbed } from "./disturb.ts";

const WHOLE_WITHIN_MS = 120_000;
const HEALTHY_WITHIN_MS = 60_000;
/** More than a busy machine makes a broker wait. */
const SERVES_WITHIN_MS = 3_000;

export type NodeFaults = ReturnType<NonNullable<Awaited<ReturnType<typeof operationsOf>>["faults"]>>;

/** @throws UserError when nodes of the target cannot be broken. */
export async function faultsOf({ plan }: LoadedStack): Promise<NodeFaults> {
  const found = (await operationsOf(plan)).faults?.(plan);
  if (found) return found;
  throw new UserError(`chaos cannot break nodes of target ${plan.target}`, "run it on a stack of another target", 2);
}

/** Nodes to which it cannot be done, as things are now, and why. */
async function unfitNodes(
  { lasting }: NodeFaults,
  action: FaultAction,
  nodeIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const fault = isLasting(action) ? lasting[action] : undefined;
  const judged = await Promise.all(nodeIds.map(async (id) => [id, await fault?.unfit?.(id)] as const));
  return new Map(judged.flatMap(([id, why]) => (why === undefined ? [] : [[id, why]])));
}

/** Why a fault can be done to no node as things are now; undefined where it can to any. */
export async function unfitEverywhere(
  { action }: Fault,
  plan: ClusterPlan,
  nodes: NodeFaults,
): Promise<string | undefined> {
  const ids = plan.nodes.map(({ id }) => id);
  const unfit = await unfitNodes(nodes, action, ids);
  return ids.every((id) => unfit.has(id)) ? [...unfit.values()][0] : undefined;
}

/**
 * A cluster that can be broken and healed; what an earlier run left broken, because it was killed, is ended first.
 *
 * @param argument as the user named the stack.
 * @throws UserError when it is not well to begin with, or when `up` would do more than heal it.
 */
export async function openDisturbed(
  stack: OpenStack,
  nodes: NodeFaults,
  { argument, yes, signal }: { readonly argument: string; readonly yes: boolean; readonly signal: AbortSignal },
): Promise<Omit<Disturbed, "now" | "say">> {
  const { plan, outputs, access, name } = stack;
  const [{ waitHealthy }, { brokerServes }, { victimsOf }, { zookeeperRole }, runtime] = await Promise.all([
    import("../../kafka/health.ts"),
    import("../../kafka/serves.ts"),
    import("../../kafka/chaos/victims.ts"),
    operationsOf(plan),
    runtimeOf(plan),
  ]);
  const roleOf = zookeeperRole && ((nodeId: number) => zookeeperRole(plan, nodeId));
  const healthy = async (limits: { readonly deadlineMs: number; readonly signal?: AbortSignal }) =>
    (await as(identityOf(access, "health"), () => waitHealthy(plan, outputs, { runtime, ...limits }))).healthy;
  const ids = plan.nodes.map(({ id }) => id);
  for (const lasting of Object.values(nodes.lasting)) await Promise.all(ids.map((id) => lasting.end(id)));
  if (!(await healthy({ deadlineMs: HEALTHY_WITHIN_MS, signal })))
    throw new UserError(`${name} is not healthy to begin with`, `see why: kafka-stacks health ${name}`);
  const machine = await prepareMachine(plan, yes);
  // Opened anew each time: an interrupt ends one, and what it broke off must be healed all the same.
  const opened = () => openPulumiStack(stack, machine.pulumiBinDir);
  if ((await previewStack(await opened())) > 0)
    throw new UserError(`${name} is not as its file says: healing would change it`, `run: kafka-stacks up ${name}`);
  // Not held in between: among the changes are deployments of other processes, which take it themselves.
  const locked = (work: () => Promise<unknown>) =>
    withStackLock(name, { command: "chaos", say }, async () => void (await work()));
  const up = () => locked(async () => deploy(await opened()));
  const roll = () => locked(async () => rollNodes(await opened(), "chaos"));
  const brokers = outputs.nodes.filter(({ roles }) => roles.includes("broker"));
  const down = async () => {
    const serves = await Promise.all(brokers.map(({ address, id }) => brokerServes(address, id, SERVES_WITHIN_MS)));
    return brokers.filter((_, i) => !serves[i]).map(({ id }) => id);
  };
  return {
    kill: (node) => nodes.kill(node),
    async begin(what, node, limitMs) {
      const fault = nodes.lasting[what];
      if (!fault) throw new Error(`target ${plan.target} has no ${what}`);
      await fault.begin(node, limitMs);
    },
    end: async (what, node) => nodes.lasting[what]?.end(node),
    change: (what, signal) => CHANGES[what]({ argument, roll, up, down, say }, signal),
    async victims({ victim, action }) {
      const found = victim === "cluster" ? ids : await victimsOf(victim, stack, roleOf);
      const unfit = await unfitNodes(nodes, action, found);
      return found.filter((id) => !unfit.has(id));
    },
    up,
    // After an interrupt too: what was broken is whole again before the run ends.
    whole: () => healthy({ deadlineMs: WHOLE_WITHIN_MS }),
  };
}
