import type { AccessOutputs, ClusterOutputs } from "../../infra/outputs.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { extras, toMake } from "../ops/access/change.ts";
import { type AccessReport, appliedReport } from "../ops/access/report.ts";
import { planAccess } from "./access-plan.ts";

/** Makes what the stack declares true, and tells of what is there beyond it, which only `--prune` removes. */
export async function bringAccess(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  access: AccessOutputs,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<AccessReport> {
  const cluster = { plan, outputs, access };
  const changes = await planAccess(cluster);
  if (toMake(changes).length === 0) say(`${plan.security.identities.length} users as declared`);
  else {
    const { applyAccessChanges } = await import("./access-apply.ts");
    await applyAccessChanges(cluster, changes, say, { signal });
  }
  const left = extras(changes).length;
  if (left > 0) say(`not declared and kept: ${left}; kafka-stacks access plan ${outputs.stack} shows them`);
  return appliedReport(outputs.stack, plan.security.profile, changes);
}
