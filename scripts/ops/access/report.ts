import type { SecurityProfile } from "../../../infra/plan/types.ts";
import { type AccessChange, extras } from "./change.ts";

export interface AccessReport {
  readonly schemaVersion: 1;
  readonly stack: string;
  readonly profile: SecurityProfile;
  /** True when nothing differs: what the stack does not want counts too, for a forgotten permission is still one. */
  readonly inSync: boolean;
  readonly changes: readonly AccessChange[];
}

/** Before anything is done: all that differs. */
export function accessReport(stack: string, profile: SecurityProfile, changes: readonly AccessChange[]): AccessReport {
  return { schemaVersion: 1, stack, profile, inSync: changes.length === 0, changes };
}

/** Once the changes are made: only extras are left. */
export function appliedReport(stack: string, profile: SecurityProfile, changes: readonly AccessChange[]): AccessReport {
  return { ...accessReport(stack, profile, changes), inSync: extras(changes).length === 0 };
}
