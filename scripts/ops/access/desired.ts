import type { IdentityPlan, QuotaPlan, SecurityPlan } from "../../../infra/plan/types.ts";
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

/**
 * A default holds for every name, super users too: nodes would wait before their heartbeats, and the admin before it could
 * raise the quota. Kafka has no word for "none", so the cluster's own names have one that nothing reaches.
 */
const UNREACHED: Readonly<Record<keyof typeof QUOTA_KEYS, number>> = {
  produceBytesPerSecond: Number.MAX_SAFE_INTEGER,
  consumeBytesPerSecond: Number.MAX_SAFE_INTEGER,
  requestPercent: 1_000_000,
};

export function desiredAccess({ identities, certificates, defaultQuotas = {} }: SecurityPlan): DesiredAccess {
  const ofNodes = (certificates?.wanted ?? []).filter((certificate) => certificate.nodes.length > 0);
  const nodes = new Set(ofNodes.map(({ commonName }) => commonName));
  const reserved = new Set(identities.filter(({ purpose }) => purpose !== "user").map(({ name }) => name));
  const own = nodes.union(reserved);
  return {
    credentials: identities
      .filter(({ proof }) => proof.kind === "password")
      .map(({ name }) => ({ user: name, mechanism: "SCRAM-SHA-512", iterations: ITERATIONS })),
    acls: identities.flatMap(aclsOf),
    quotas: [
      ...quotasFor(null, defaultQuotas),
      ...[...own].flatMap((name) => quotasFor(name, exempt(defaultQuotas))),
      ...identities.flatMap(({ name, quotas }) => quotasFor(name, quotas)),
    ],
    declared: new Set(identities.map(({ name }) => name)),
    reserved,
    nodes,
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

const KEYS = Object.keys(QUOTA_KEYS) as (keyof typeof QUOTA_KEYS)[];

/** @param user null: the default of all that have none. */
const quotasFor = (user: string | null, quotas: QuotaPlan): QuotaState[] =>
  KEYS.flatMap((key) => {
    const value = quotas[key];
    return value === undefined ? [] : [{ entity: { user }, key: QUOTA_KEYS[key], value }];
  });

/** From each of these. */
const exempt = (quotas: QuotaPlan): QuotaPlan =>
  Object.fromEntries(KEYS.flatMap((key) => (quotas[key] === undefined ? [] : [[key, UNREACHED[key]]])));
