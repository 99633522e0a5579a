import { UserError } from "../../infra/errors.ts";
import type { AccessOutputs, ClusterOutputs } from "../../infra/outputs.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import type { AccessChange } from "../ops/access/change.ts";
import { desiredAccess } from "../ops/access/desired.ts";
import { diffAccess } from "../ops/access/diff.ts";
import { findBrokers, type Login, loginWith, readAccess } from "./access-state.ts";
import { as, identityOf } from "./identity.ts";

/** A deployed cluster, what it should be like, and how to log in. */
export interface AccessCluster {
  readonly plan: ClusterPlan;
  readonly outputs: ClusterOutputs;
  readonly access: AccessOutputs;
  /** Default: by the passwords in `access`. */
  readonly login?: Login;
}

export interface AccessOptions {
  /** Also remove what the stack does not declare. */
  readonly prune?: boolean;
  /** What was granted when it aborts stays. */
  readonly signal?: AbortSignal | undefined;
}

/** With profiles plaintext and tls nobody has a name, so there is nothing to keep in order. */
export const namesUsers = ({ security }: ClusterPlan): boolean => security.identities.length > 0;

/**
 * What separates the live users, permissions and quotas from the declared ones. Asks as `kafka-admin`.
 *
 * @throws UserError when the cluster was not deployed as the stack file says, or does not answer.
 */
export async function planAccess(cluster: AccessCluster, options: AccessOptions = {}): Promise<AccessChange[]> {
  const { plan, outputs, access, login = loginWith(access) } = cluster;
  if (!namesUsers(plan)) return [];
  const { profile, transition } = plan.security;
  if (access.profile !== (transition === "open" ? "plaintext" : profile))
    throw new UserError(
      `the stack file says security.profile: ${profile}, but ${plan.name} was deployed with ${access.profile}`,
      "run: kafka-stacks up",
    );
  const desired = desiredAccess(plan.security);
  return as(identityOf(access, "admin"), async () => {
    const { controller } = await findBrokers(outputs.bootstrapServers);
    return diffAccess(desired, await readAccess(controller, desired, login), options);
  });
}
