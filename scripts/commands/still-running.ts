import { UserError } from "../../infra/errors.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import type { operationsOf } from "../../infra/program.ts";
import { interruptible } from "../ui/interruptible.ts";
import { say } from "../ui/output.ts";

/**
 * The end of `down`: whatever of the cluster still runs, because Pulumi's state does not know it, is stopped in order too.
 * @throws UserError that names what cannot be stopped.
 */
export async function stopStillRunning(
  plan: ClusterPlan,
  { running, stopRunning }: Pick<Awaited<ReturnType<typeof operationsOf>>, "running" | "stopRunning">,
): Promise<void> {
  if (!running) return;
  const found = await running(plan);
  if (found.length === 0) return;
  if (stopRunning) {
    say(`stopping ${found.join(", ")}, which Pulumi's state does not know`);
    await interruptible((signal) => stopRunning(plan, signal), {
      doing: "what has not stopped yet keeps running",
      next: `kafka-stacks down ${plan.name}`,
    });
  }
  const left = stopRunning ? await running(plan) : found;
  if (left.length > 0)
    throw new UserError(
      `wanted ${plan.name} down, found ${left.join(", ")} still there, which Pulumi's state does not know`,
      `run this again: kafka-stacks down ${plan.name}`,
    );
}
