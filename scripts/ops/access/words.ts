import { printRate } from "../../../capacity/units.ts";
import type { AccessChange, AclChange, QuotaChange } from "./change.ts";
import type { AclState, QuotaEntity } from "./state.ts";

export const HEADER = ["CHANGE", "USER", "WHAT", "WHY"] as const;

/** Rows for a person: what to do, about whom, what, why. Operations on one resource share a row. */
export function changeRows(changes: readonly AccessChange[]): string[][] {
  const rows = new Map<string, AccessChange[]>();
  for (const change of changes) {
    const key = change.kind === "acl" ? JSON.stringify(rowOf([change])) : `${rows.size}`;
    rows.set(key, [...(rows.get(key) ?? []), change]);
  }
  return [...rows.values()].map((row) => [row[0]!.action, userOf(row[0]!), whatOf(row), row[0]!.reason]);
}

/** What two permissions have in common that stand in one row. */
function rowOf([change]: readonly [AclChange]): unknown {
  const { operation: _, ...rest } = change.acl;
  return [change.action, change.reason, rest];
}

function whatOf(row: readonly AccessChange[]): string {
  const [first] = row;
  if (first?.kind === "credential") return `password, ${first.mechanism}`;
  if (first?.kind === "quota") return quotaWords(first);
  return permissionWords(row.flatMap((change) => (change.kind === "acl" ? [change.acl] : [])));
}

/** `Read, Write on topics orders.*` */
function permissionWords(acls: readonly AclState[]): string {
  const { resource, name: id, pattern, host, permission } = acls[0]!;
  const name = shown(id);
  const operations = acls.map(({ operation }) => operation).join(", ");
  const what =
    resource === "cluster"
      ? "the cluster"
      : pattern === "prefixed"
        ? `${PLURAL[resource] ?? resource} ${shown(`${id}*`)}`
        : id === "*"
          ? `all ${PLURAL[resource] ?? resource}`
          : `${SINGULAR[resource] ?? resource} ${name}`;
  return `${permission === "Deny" ? "deny " : ""}${operations} on ${what}${host === "*" ? "" : ` from ${host}`}`;
}

/** Ids are any text: one that would break or blur a row stands in quotes. */
const shown = (id: string): string => (/^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(id) ? id : JSON.stringify(id));

const SINGULAR: Readonly<Record<string, string>> = { transactionalId: "transactional id" };
const PLURAL: Readonly<Record<string, string>> = {
  topic: "topics",
  group: "groups",
  transactionalId: "transactional ids",
  delegationToken: "delegation tokens",
  user: "users",
};

const QUOTAS: Readonly<Record<string, { readonly name: string; value(value: number): string }>> = {
  producer_byte_rate: { name: "produce", value: (value) => rate(value) },
  consumer_byte_rate: { name: "consume", value: (value) => rate(value) },
  request_percentage: { name: "requests", value: (value) => `${value}%` },
};

const rate = (value: number) => (Number.isSafeInteger(value) ? printRate(value) : `${value} B/s`);

/** `quota produce 5MB/s → 10MB/s` */
function quotaWords({ key, from, to }: QuotaChange): string {
  const { name, value } = QUOTAS[key] ?? { name: key, value: String };
  const values = [from, to].flatMap((one) => (one === null ? [] : [value(one)]));
  return `quota ${name} ${values.join(" → ")}`;
}

function userOf(change: AccessChange): string {
  if (change.kind === "credential") return change.user;
  if (change.kind === "acl") return change.acl.principal.replace(/^User:/, "");
  return entityWords(change.entity);
}

/** `orders-app`, `(default)`, `orders-app, client-id c1` */
function entityWords({ user, "client-id": client, ip }: QuotaEntity): string {
  const part = (name: string, value: string | null | undefined) =>
    value === undefined ? [] : [`${name}${value ?? "(default)"}`];
  return [...part("", user), ...part("client-id ", client), ...part("ip ", ip)].join(", ");
}
