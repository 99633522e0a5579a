import type { AclPlan, IdentityPlan, SecurityPlan } from "../../../../infra/plan/types.ts";
import { type AccessChange, only } from "../../../../scripts/ops/access/change.ts";
import { ITERATIONS } from "../../../../scripts/ops/access/desired.ts";
import {
  type AccessState,
  type AclState,
  aclKey,
  type CredentialState,
  credentialKey,
  quotaKey,
} from "../../../../scripts/ops/access/state.ts";

export const NOTHING: AccessState = { credentials: [], acls: [], quotas: [] };

/** A plan of profile scram: these users, our own identities, and one node. */
export function securityOf(users: readonly IdentityPlan[]): SecurityPlan {
  return {
    profile: "scram",
    listeners: { outside: "EXTERNAL_TLS", interBroker: "REPLICATION", quorum: "CONTROLLER_TLS" },
    identities: [{ ...user("kafka-admin"), purpose: "admin" }, ...users],
    certificates: {
      ...{ lifetimeDays: 365, renewBeforeDays: 30, authorityDays: 3650, rotation: "stable" as const },
      wanted: [{ name: "node-1", commonName: "kafka-node", nodes: [1] }],
    },
  };
}

export function user(name: string, over: Partial<IdentityPlan> = {}): IdentityPlan {
  const proof = { kind: "password", secret: `password.${name}.1` } as const;
  return { name, purpose: "user", proof, acls: [], quotas: {}, ...over };
}

export function grant(name: string, operations: readonly string[], over: Partial<AclPlan> = {}): AclPlan {
  return { resource: "topic", name, pattern: "literal", operations, ...over };
}

export function credential(name: string, over: Partial<CredentialState> = {}): CredentialState {
  return { user: name, mechanism: "SCRAM-SHA-512", iterations: ITERATIONS, current: true, ...over };
}

export function acl(name: string, operation: string, over: Partial<AclState> = {}): AclState {
  return {
    ...{ resource: "topic", name: "t", pattern: "literal" as const },
    ...{ principal: `User:${name}`, host: "*", operation, permission: "Allow" as const },
    ...over,
  };
}

/** What a cluster is like once the changes are made. */
export function carryOut(live: AccessState, changes: readonly AccessChange[]): AccessState {
  const credentials = new Map(live.credentials.map((one) => [credentialKey(one), one]));
  for (const { action, user, mechanism } of only(changes, "credential")) {
    const made = credential(user, { mechanism });
    if (action === "add" || action === "change") credentials.set(credentialKey(made), made);
    if (action === "remove") credentials.delete(credentialKey(made));
  }
  const acls = new Map(live.acls.map((one) => [aclKey(one), one]));
  for (const change of only(changes, "acl")) {
    if (change.action === "add") acls.set(aclKey(change.acl), change.acl);
    if (change.action === "remove") acls.delete(aclKey(change.acl));
  }
  const quotas = new Map(live.quotas.map((one) => [quotaKey(one), one]));
  for (const { action, entity, key, to } of only(changes, "quota")) {
    if (action === "extra") continue;
    if (to === null) quotas.delete(quotaKey({ entity, key }));
    else quotas.set(quotaKey({ entity, key }), { entity, key, value: to });
  }
  return { credentials: [...credentials.values()], acls: [...acls.values()], quotas: [...quotas.values()] };
}
