import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { operationsOf } from "../../infra/program.ts";
import { say } from "../ui/output.ts";

/** What is used of Pulumi's own form of a state (apitype.ResourceV3). */
interface StateResource {
  readonly id?: string;
  readonly urn: string;
  readonly resourceHooks?: Readonly<Record<string, readonly string[]>>;
}

async function resourcesOf(stack: Stack): Promise<readonly StateResource[]> {
  const { resources = [] } = (await stack.exportStack()).deployment as { readonly resources?: StateResource[] };
  return resources;
}

/** Whether a destroy has hooks to run, and so must run the program. */
export async function hasHooks(stack: Stack): Promise<boolean> {
  return (await resourcesOf(stack)).some(({ resourceHooks }) => resourceHooks !== undefined);
}

/** The container of a node as Pulumi names it; none where the state has none. */
export async function containerUrns(stack: Stack, { name }: ClusterPlan, nodeId: number): Promise<string[]> {
  const ending = `$docker:index/container:Container::${name}-node-${nodeId}`;
  return (await resourcesOf(stack)).map(({ urn }) => urn).filter((urn) => urn.endsWith(ending));
}

/** After a run was killed: removes what it had made and Pulumi does not know of. */
export async function removeOrphans(stack: Stack, plan: ClusterPlan): Promise<void> {
  const { removeOrphans } = await operationsOf(plan);
  if (!removeOrphans) return;
  const known = new Set((await resourcesOf(stack)).flatMap(({ id }) => id ?? []));
  for (const gone of await removeOrphans(plan, known)) say(`removed ${gone}: the killed run had not noted it`);
}
