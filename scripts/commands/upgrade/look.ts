import { type OpenStack, runtimeOf } from "../../context.ts";
import { as, identityOf } from "../../kafka/identity.ts";
import type { HealthReport } from "../../ops/health/report.ts";
import type { UpgradeState } from "../../ops/upgrade/state.ts";

/** What a deployed cluster says of its versions. */
export async function lookAtVersions({ outputs, access }: OpenStack): Promise<UpgradeState> {
  const { readUpgradeState } = await import("../../kafka/upgrade-state.ts");
  return as(identityOf(access, "admin"), () => readUpgradeState(outputs));
}

/** @param withinMs how long what fails may take to pass. */
export async function lookAtHealth({ plan, outputs, access }: OpenStack, withinMs = 0): Promise<HealthReport> {
  const [{ waitHealthy }, runtime] = await Promise.all([import("../../kafka/health.ts"), runtimeOf(plan)]);
  return as(identityOf(access, "health"), () => waitHealthy(plan, outputs, { runtime, deadlineMs: withinMs }));
}

/** A replica may fall behind for a moment in a cluster that is well. */
export const HEALTHY_WITHIN_MS = 10_000;
