import type { IdentityPlan, SecurityPlan } from "../../../infra/plan/types.ts";
import type { AclState, CredentialState, QuotaState } from "./state.ts";

/** What a plan wants of a cluster, and whom it leaves alone. */
export interface DesiredAccess {
  readonly credentials: readonly Omit<CredentialState, "current">[];
  readonly acls: readonly AclState[];
  readonly quotas: readonly QuotaState[];
  /** Names that log in by this plan. */
  readonly declared: ReadonlySet<string>;
  /** Names of ours that keep what they log in with, whatever the profile. */
  readonly reserved: ReadonlySet<string>;
  /** Names of nodes: nothing of theirs is touched. */
  readonly nodes: ReadonlySet<string>;
}

/** Twice Kafka's minimum: what we make is random, and so should be what is given; more would only make logins slower. */
export const ITERATIONS = 8192;

const QUOTA_KEYS = {
  produceBytesPerSecond: "producer_byte_rate",
  consumeBytesPerSecond: "consumer_byte_rate",
  requestPercent: "request_percentage",
} as const;

export function desiredAccess({ identities, certificates }: SecurityPlan): DesiredAccess {
  const nodes = (certificates?.wanted ?? []).filter((certificate) => certificate.nodes.length > 0);
  return {
    credentials: identities
      .filter(({ proof }) => proof.kind === "password")
      .map(({ name }) => ({ user: name, mechanism: "SCRAM-SHA-512", iterations: ITERATIONS })),
    acls: identities.flatMap(aclsOf),
    quotas: identities.flatMap(quotasOf),
    declared: new Set(identities.map(({ name }) => name)),
    reserved: new Set(identities.filter(({ purpose }) => purpose !== "user").map(({ name }) => name)),
    nodes: new Set(nodes.map(({ commonName }) => commonName)),
  };
}

function aclsOf({ name: user, acls }: IdentityPlan): AclState[] {
  return acls.flatMap(({ resource, name, pattern, operations }) =>
    operations.map((operation) => ({
      ...{ resource, name, pattern, operation },
      ...{ principal: `User:${user}`, host: "*", permission: "Allow" as const },
    })),
  );
}

function quotasOf({ name, quotas }: IdentityPlan): QuotaState[] {
  const keys = Object.keys(QUOTA_KEYS) as (keyof typeof QUOTA_KEYS)[];
  return keys.flatMap((key) => {
    const value = quotas[key];
    return value === undefined ? [] : [{ entity: { user: name }, key: QUOTA_KEYS[key], value }];
  });
}
