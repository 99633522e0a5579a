import { dirname } from "node:path";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { ensureToolchain } from "../../toolchain/ensure.ts";
import { stderrProgress } from "../../toolchain/progress.ts";
import { ensurePulumi } from "../../toolchain/pulumi.ts";

/** What a deployment needs from the machine that runs it. */
export interface Machine {
  /** Folder of the Pulumi CLI. */
  readonly pulumiBinDir: string;
  /** Major version of the Java that nodes run on; absent where they bring their own. */
  readonly javaMajor?: number;
}

/**
 * Gets what is missing on this machine, with a line for every step that does something. Only a local cluster runs on it:
 * the others bring their Java and Kafka in an image.
 */
export async function prepareMachine(
  plan: Pick<ClusterPlan, "target" | "kafkaVersion">,
  yes: boolean,
): Promise<Machine> {
  const setup = { yes, progress: stderrProgress };
  if (plan.target === "local") return ensureToolchain({ kafkaVersion: plan.kafkaVersion, ...setup });
  return { pulumiBinDir: dirname(await ensurePulumi({ env: process.env, ...setup })) };
}
