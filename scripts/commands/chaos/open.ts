import { UserError } from "../../../infra/errors.ts";
import { operationsOf } from "../../../infra/program.ts";
import type { LoadedStack } from "../../../infra/stack-file.ts";
import { type OpenStack, runtimeOf } from "../../context.ts";
import { as, identityOf } from "../../kafka/identity.ts";
import { deploy, previewStack } from "../../pulumi/deploy.ts";
import { openPulumiStack } from "../../pulumi/workspace.ts";
import { prepareMachine } from "../../ui/toolchain.ts";
import type { Disturbed } from "./disturb.ts";

const WHOLE_WITHIN_MS = 120_000;
const HEALTHY_WITHIN_MS = 15_000;

export type NodeFaults = Pick<Disturbed, "kill" | "pause" | "resume">;

/** @throws UserError when nodes of the target cannot be broken. */
export async function faultsOf({ plan }: LoadedStack): Promise<NodeFaults> {
  const found = (await operationsOf(plan)).faults?.(plan);
  if (!found)
    throw new UserError(`chaos cannot break nodes of target ${plan.target}`, "run it on a stack with target local", 2);
  const { kill, pause, resume } = found;
  return {
    kill,
    async pause(node, limitMs) {
      if (!pause) throw new Error(`target ${plan.target} cannot pause a node`);
      await pause(node, limitMs);
    },
    resume: async (node) => resume?.(node),
  };
}

/**
 * A cluster that can be broken and healed. @throws UserError when it is not well to begin with, or when `up` would do more
 * than heal it.
 */
export async function openDisturbed(
  stack: OpenStack,
  nodes: NodeFaults,
  yes: boolean,
): Promise<Omit<Disturbed, "now" | "say">> {
  const { plan, outputs, access, name } = stack;
  const [{ waitHealthy }, { victimsOf }, runtime] = await Promise.all([
    import("../../kafka/health.ts"),
    import("../../kafka/chaos/victims.ts"),
    runtimeOf(plan),
  ]);
  const healthy = async (deadlineMs: number) =>
    (await as(identityOf(access, "health"), () => waitHealthy(plan, outputs, { runtime, deadlineMs }))).healthy;
  if (!(await healthy(HEALTHY_WITHIN_MS)))
    throw new UserError(`${name} is not healthy to begin with`, `see why: kafka-stacks health ${name}`);
  const machine = await prepareMachine(plan, yes);
  if ((await previewStack(await openPulumiStack(stack, machine.pulumiBinDir))) > 0)
    throw new UserError(`${name} is not as its file says: healing would change it`, `run: kafka-stacks up ${name}`);
  return {
    ...nodes,
    victims: (victim) => victimsOf(victim, outputs),
    async up() {
      // Opened anew each time: an interrupt ends one, and what it broke off must be healed all the same.
      await deploy(await openPulumiStack(stack, machine.pulumiBinDir));
    },
    whole: () => healthy(WHOLE_WITHIN_MS),
  };
}
