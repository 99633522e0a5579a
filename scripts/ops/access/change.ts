import type { AclState, Mechanism, QuotaEntity } from "./state.ts";

/**
 * One thing that differs: what is there, what is wanted and why. `extra` is what the stack does not want and a change
 * without `--prune` leaves there; with it, `remove` takes it away.
 */
export type AccessChange = CredentialChange | AclChange | QuotaChange;
export type AccessAction = "add" | "change" | "remove" | "extra";

interface Change {
  readonly action: AccessAction;
  readonly reason: string;
}

/** Never with a password, salt or key. */
export interface CredentialChange extends Change {
  readonly kind: "credential";
  readonly user: string;
  readonly mechanism: Mechanism;
}

export interface AclChange extends Change {
  readonly kind: "acl";
  readonly acl: AclState;
}

export interface QuotaChange extends Change {
  readonly kind: "quota";
  readonly entity: QuotaEntity;
  readonly key: string;
  /** Null: not set. */
  readonly from: number | null;
  readonly to: number | null;
}

export const extras = (changes: readonly AccessChange[]): AccessChange[] =>
  changes.filter(({ action }) => action === "extra");

/** What an apply does. */
export const toMake = (changes: readonly AccessChange[]): AccessChange[] =>
  changes.filter(({ action }) => action !== "extra");

type Kind = AccessChange["kind"];

/** Changes of one kind, typed as such. */
export function only<K extends Kind>(changes: readonly AccessChange[], kind: K): Extract<AccessChange, { kind: K }>[] {
  return changes.filter((change): change is Extract<AccessChange, { kind: K }> => change.kind === kind);
}
