import type { AccessChange } from "./change.ts";
import type { DesiredAccess } from "./desired.ts";
import { type AccessState, aclKey, type CredentialState, credentialKey, type QuotaState, quotaKey } from "./state.ts";

const KINDS = ["credential", "acl", "quota"] as const;

/**
 * What separates a cluster from the plan, by user, then credential, permissions, quotas. What the plan does not want is
 * `extra`, and goes only with `prune`. Never touched: anything of a node, and the credentials of our own identities.
 */
export function diffAccess(
  desired: DesiredAccess,
  live: AccessState,
  options: { readonly prune?: boolean } = {},
): AccessChange[] {
  const undo = options.prune ? ("remove" as const) : ("extra" as const);
  const changes = [
    ...diffCredentials(desired, live.credentials, undo),
    ...diffAcls(desired, live, undo),
    ...diffQuotas(desired, live, undo),
  ];
  const rank = (change: AccessChange) => [userOf(change), KINDS.indexOf(change.kind), keyOf(change)] as const;
  return changes
    .map((change) => ({ change, rank: rank(change) }))
    .toSorted((a, b) => compare(a.rank, b.rank))
    .map(({ change }) => change);
}

type Undo = "remove" | "extra";

function diffCredentials(desired: DesiredAccess, live: readonly CredentialState[], undo: Undo): AccessChange[] {
  const { declared, reserved, nodes } = desired;
  const found = new Map(live.map((credential) => [credentialKey(credential), credential]));
  const wanted = new Set(desired.credentials.map(credentialKey));
  const changes = desired.credentials.flatMap((want): AccessChange[] => {
    const { user, mechanism, iterations } = want;
    const have = found.get(credentialKey(want));
    if (!have) return [{ action: "add", kind: "credential", user, mechanism, reason: NOT_THERE }];
    const reason =
      have.current === false
        ? "its password is not this deployment's"
        : have.iterations < iterations
          ? `made with ${have.iterations} iterations, wanted ${iterations}`
          : null;
    return reason === null ? [] : [{ action: "change", kind: "credential", user, mechanism, reason }];
  });
  const strange = live.filter(
    (have) => !wanted.has(credentialKey(have)) && !reserved.has(have.user) && !nodes.has(have.user),
  );
  return [
    ...changes,
    ...strange.map(({ user, mechanism }): AccessChange => {
      const why = declared.has(user) ? "the stack has the user log in otherwise" : UNDECLARED;
      return { action: undo, kind: "credential", user, mechanism, reason: whyUndo(why, undo) };
    }),
  ];
}

function diffAcls({ acls, declared, nodes }: DesiredAccess, live: AccessState, undo: Undo): AccessChange[] {
  // As a map, because a plan may grant the same twice.
  const wanted = new Map(acls.map((acl) => [aclKey(acl), acl]));
  const found = new Set(live.acls.map(aclKey));
  const missing = [...wanted].filter(([key]) => !found.has(key));
  const strange = live.acls.filter((acl) => !wanted.has(aclKey(acl)) && !nodes.has(nameOf(acl.principal)));
  return [
    ...missing.map(([, acl]): AccessChange => ({ action: "add", kind: "acl", acl, reason: NOT_THERE })),
    ...strange.map((acl): AccessChange => {
      const why = declared.has(nameOf(acl.principal)) ? "the stack does not say so" : UNDECLARED;
      return { action: undo, kind: "acl", acl, reason: whyUndo(why, undo) };
    }),
  ];
}

function diffQuotas({ quotas, declared, nodes }: DesiredAccess, live: AccessState, undo: Undo): AccessChange[] {
  const wanted = new Set(quotas.map(quotaKey));
  const found = new Map(live.quotas.map((quota) => [quotaKey(quota), quota.value]));
  const changes = quotas.flatMap(({ entity, key, value }): AccessChange[] => {
    const from = found.get(quotaKey({ entity, key })) ?? null;
    if (from === value) return [];
    const [action, reason] = from === null ? (["add", NOT_THERE] as const) : (["change", "it differs"] as const);
    return [{ action, kind: "quota", entity, key, from, to: value, reason }];
  });
  const isNodes = ({ entity }: QuotaState) => typeof entity.user === "string" && nodes.has(entity.user);
  const strange = live.quotas.filter((quota) => !wanted.has(quotaKey(quota)) && !isNodes(quota));
  return [
    ...changes,
    ...strange.map(({ entity, key, value }): AccessChange => {
      const ours = typeof entity.user === "string" && declared.has(entity.user);
      const reason = whyUndo(ours ? "the stack does not say so" : UNDECLARED_QUOTA, undo);
      return { action: undo, kind: "quota", entity, key, from: value, to: null, reason };
    }),
  ];
}

const NOT_THERE = "declared but not there";
const UNDECLARED = "the stack does not declare this user";
const UNDECLARED_QUOTA = "the stack does not declare it";

const whyUndo = (why: string, undo: Undo): string => (undo === "extra" ? `${why}; kept without --prune` : why);

/** `User:` is the only kind of principal that this project makes. */
const nameOf = (principal: string): string => principal.replace(/^User:/, "");

/** Whom a change is about; nobody in particular sorts first. */
function userOf(change: AccessChange): string {
  if (change.kind === "credential") return change.user;
  return change.kind === "acl" ? nameOf(change.acl.principal) : (change.entity.user ?? "");
}

function keyOf(change: AccessChange): string {
  if (change.kind === "credential") return credentialKey(change);
  return change.kind === "acl" ? aclKey(change.acl) : quotaKey(change);
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}
