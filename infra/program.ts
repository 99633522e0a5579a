import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "./errors.ts";
import type { ClusterOutputs } from "./outputs.ts";
import type { ClusterPlan } from "./plan/types.ts";
import { loadStackFile } from "./stack-file.ts";
import { type DeployOptions, type Target, targets } from "./targets/target.ts";

interface StackOutputs {
  readonly cluster: pulumi.Output<ClusterOutputs>;
}

/** The whole deployment: stack file → plan → the target's resources. The same for `pulumi up` and `kafka-stacks up`. */
export async function deployStack(argument: string, options: DeployOptions = {}): Promise<StackOutputs> {
  const { plan } = loadStackFile(argument);
  const target = await requireTarget(plan)();
  return { cluster: await target.deploy(plan, options) };
}

/** Deletes what `down` keeps, for good. @returns what was deleted, for a person to read. */
export async function deleteData(plan: ClusterPlan): Promise<readonly string[]> {
  return (await requireTarget(plan)()).deleteData(plan);
}

/** @throws UserError when the plan's target is not part of this release. */
export function requireTarget({ target }: Pick<ClusterPlan, "target">): () => Promise<Target> {
  const load = targets[target];
  if (load) return load;
  const known = Object.keys(targets).join(", ");
  throw new UserError(`target: ${target} is not available in this release`, `use one of: ${known}`, 2);
}
