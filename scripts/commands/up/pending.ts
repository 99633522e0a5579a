import { orAborted } from "../../../base/time.ts";
import { UserError } from "../../../infra/errors.ts";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import { type Deployed, reachCluster, readIfUp } from "../../context.ts";
import { as, identityOf } from "../../kafka/identity.ts";
import { interruptible } from "../../ui/interruptible.ts";
import { say } from "../../ui/output.ts";
import type { Step } from "../../verify.ts";
import { changeCount, type Pending, pendingLines } from "./pending-lines.ts";

/** Longer, and a person waits for the question; a cluster that answers needs about one second. */
const WITHIN_MS = 8_000;

/**
 * Says which changes of topics and access `up` would make after the deployment, as far as the cluster can tell now. Reads only.
 *
 * @param skip steps that `up` leaves out.
 * @returns how many changes are known.
 * @throws Interrupted
 */
export async function sayPending(plan: ClusterPlan, skip: readonly Step[] = []): Promise<number> {
  const pending = await interruptible((signal) => readPending(plan, skip, signal), {
    doing: "nothing was changed",
    next: "run the same command again",
  });
  for (const line of pendingLines(plan, pending, skip)) say(line);
  return changeCount(pending);
}

async function readPending(plan: ClusterPlan, skip: readonly Step[], signal: AbortSignal): Promise<Pending> {
  const deployed = await readIfUp(plan.name);
  if (deployed === undefined) return { later: "the cluster is not up" };
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
  try {
    return await orAborted(ask(plan, deployed, skip), bounded);
  } catch (error) {
    signal.throwIfAborted();
    return { later: error instanceof UserError ? error.message : "the cluster does not answer" };
  }
}

/** By the code of `access plan` and `topics plan`. */
async function ask(
  plan: ClusterPlan,
  { cluster: outputs, access: login }: Deployed,
  skip: readonly Step[],
): Promise<Pending> {
  const [{ planAccess }, { planTopics }] = await Promise.all([
    import("../../kafka/access-plan.ts"),
    import("../../kafka/plan-topics.ts"),
  ]);
  await reachCluster(plan, outputs);
  const [access, topics] = await Promise.all([
    skip.includes("access") ? [] : planAccess({ plan, outputs, access: login }),
    skip.includes("topics")
      ? []
      : as(identityOf(login, "admin"), () => planTopics(plan, outputs, { asksKafka: hasItsBrokers(plan, outputs) })),
  ]);
  return { access, topics };
}

/** Otherwise Kafka would refuse what the brokers to come will take. */
function hasItsBrokers({ nodes }: ClusterPlan, outputs: ClusterOutputs): boolean {
  const live = new Set(outputs.nodes.filter(({ roles }) => roles.includes("broker")).map(({ id }) => id));
  return nodes.every(({ id, roles }) => !roles.includes("broker") || live.has(id));
}
