import { UserError } from "../../errors.ts";
import { type Kept, readKept } from "../decisions/kept.ts";
import { clusterArgs, clusterDirectory } from "./cluster-args.ts";
import type { KubernetesPlanned } from "./pools.ts";
import { moved } from "./provider/refusals.ts";
import type { ClusterArgs } from "./resources.ts";

/**
 * Refuses another cluster or namespace than the one that has the data. Under another current context everything would be
 * made anew, or what has the same name there would be deleted.
 *
 * @param clusterId of the Kubernetes cluster that the plan's context leads to. @throws UserError
 */
export function requireSamePlace(plan: KubernetesPlanned, clusterId: string): void {
  const kept = readKept<Kept & ClusterArgs>(clusterDirectory(plan.name));
  const [refusal] = kept ? moved(kept, clusterArgs(plan, clusterId)) : [];
  if (!refusal) return;
  const [message = "", next = ""] = refusal.reason.split(/; (?=choose|put)/);
  throw new UserError(message, next);
}
