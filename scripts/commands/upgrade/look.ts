import { type OpenStack, runtimeOf } from "../../context.ts";
import { as, identityOf } from "../../kafka/identity.ts";
import type { HealthReport } from "../../ops/health/report.ts";
import type { UpgradeState } from "../../ops/upgrade/state.ts";

/** What a deployed cluster says of its versions. */
export async function lookAtVersions({ outputs, access }: OpenStack): Promise<UpgradeState> {
  const { readUpgradeState } = await import("../../kafka/upgrade-state.ts");
  return as(identityOf(access, "admin"), () => readUpgradeState(outputs));
}

export async function lookAtHealth({ plan, outputs, access }: OpenStack): Promise<HealthReport> {
  const [{ checkHealth }, runtime] = await Promise.all([import("../../kafka/health.ts"), runtimeOf(plan)]);
  return as(identityOf(access, "health"), () => checkHealth(plan, outputs, { runtime }));
}
