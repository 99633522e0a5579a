import { diffPlans, type PlanChange } from "../infra/plan/diff.ts";
import type { ClusterPlan } from "../infra/plan/types.ts";
import { readStackOutputs } from "./pulumi/outputs.ts";

/** What `up` would do to the nodes of a deployed cluster; null where none is deployed, or by an earlier release. */
export async function diffDeployed(plan: ClusterPlan): Promise<PlanChange[] | null> {
  const { plan: deployed } = await readStackOutputs(plan.name);
  // Of what this program wrote itself, the version is enough to know.
  const known = deployed as ClusterPlan | undefined;
  return known?.schemaVersion === 1 ? diffPlans(known, plan) : null;
}

/** For a person: a line for each change. */
export function diffText(changes: readonly PlanChange[]): string {
  if (changes.length === 0) return "the nodes are as deployed";
  return changes.map(line).join("\n");
}

function line({ effect, what, from, to, nodes, reason }: PlanChange): string {
  if (reason !== undefined) return `forbidden  ${reason}`;
  const values = to === undefined ? "" : ` ${from ?? "(not set)"} → ${to ?? "(not set)"}`;
  return `${effect.padEnd(9)}  ${what}${values}  (${nodes.length === 1 ? "node" : "nodes"} ${nodes.join(", ")})`;
}
