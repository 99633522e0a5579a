import { printBytes } from "../../../../capacity/units.ts";
import type { CheckFailure } from "../../../../toolchain/plugin/resource.ts";
import { type Holdings, refusals } from "../../../plan/refusals.ts";
import type { ClusterArgs } from "../resources.ts";

/**
 * Changes that the cluster's data would not survive; refused before anything happens. Pure.
 *
 * @param leaving what the brokers hold that would go, and their claims.
 */
export function kubernetesRefusals(before: ClusterArgs, now: ClusterArgs, leaving: Leaving): CheckFailure[] {
  const found = [...moved(before, now), ...shrunk(before, now), ...refusals(before, now, leaving.held)];
  const claims = Object.keys(before.claimBytes).filter((name) => !leaving.claims.includes(name));
  return found.length > 0 ? found : abandoned(claims, now);
}

export interface Leaving {
  readonly held: Holdings;
  readonly claims: readonly string[];
}

/** Of the cluster or of the namespace: claims are in one namespace and do not move. Pure. */
export function moved(
  before: Pick<ClusterArgs, "name" | "kubernetesId" | "namespace">,
  now: Pick<ClusterArgs, "kubernetesId" | "namespace">,
): CheckFailure[] {
  if (before.kubernetesId !== now.kubernetesId)
    return [
      {
        property: "kubernetesId",
        reason: `kubernetes.context: the data of ${before.name} lies in the cluster ${before.kubernetesId}; this one is ${now.kubernetesId}, and volumes do not move; choose the context back, or make a stack of another name`,
      },
    ];
  if (before.namespace === now.namespace) return [];
  const reason = `kubernetes.namespace: the data of ${before.name} lies in namespace ${before.namespace} and cannot move to ${now.namespace}; put the namespace back, or make a stack of another name`;
  return [{ property: "namespace", reason }];
}

/**
 * Volumes of nodes that stay, which no node would take: a pool's name stands in its claims, and racks decide the pools.
 *
 * @param claims that there are.
 */
export function abandoned(claims: readonly string[], now: Pick<ClusterArgs, "claimBytes">): CheckFailure[] {
  const left = claims.filter((claim) => !(claim in now.claimBytes));
  if (left.length === 0) return [];
  const reason = `brokers.racks: nodes would begin with new volumes beside those that have their data (${left.join(", ")}); put the racks back as they were, or make a stack of another name`;
  return [{ property: "claimBytes", reason }];
}

function shrunk(before: ClusterArgs, now: ClusterArgs): CheckFailure[] {
  const smaller = Object.entries(now.claimBytes).filter(([name, bytes]) => bytes < (before.claimBytes[name] ?? 0));
  const [first] = smaller;
  if (!first) return [];
  const [name, bytes] = first;
  const others = smaller.length > 1 ? ` and ${smaller.length - 1} more` : "";
  const reason = `brokers.disk: volume ${name}${others} has ${printBytes(before.claimBytes[name] ?? 0)} and cannot shrink to ${printBytes(bytes)}; put the size back, or make a stack of another name`;
  return [{ property: "claimBytes", reason }];
}
