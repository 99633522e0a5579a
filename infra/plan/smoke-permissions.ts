import type { AclPlan } from "./types.ts";

/** What the smoke test does, on names of its own. */
export const SMOKE_PERMISSIONS: readonly AclPlan[] = [];
