import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "./errors.ts";
import type { ClusterOutputs } from "./outputs.ts";
import { loadStackFile } from "./stack-file.ts";
import { targets } from "./targets/target.ts";

/** The whole deployment: stack file → plan → the target's resources. The same for `pulumi up` and `kafka-stacks up`. */
export async function deployStack(argument: string): Promise<{ readonly cluster: pulumi.Output<ClusterOutputs> }> {
  const { plan } = loadStackFile(argument);
  const load = targets[plan.target];
  if (!load) {
    const known = Object.keys(targets).join(", ");
    throw new UserError(`target: ${plan.target} is not available in this release`, `use one of: ${known}`, 2);
  }
  return { cluster: (await load()).deploy(plan) };
}
