import { dirname } from "node:path";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { ensureToolchain } from "../../toolchain/ensure.ts";
import { stderrProgress } from "../../toolchain/progress.ts";
import { ensurePulumi } from "../../toolchain/pulumi.ts";
import { interruptible } from "./interruptible.ts";

const SETTING_UP = {
  doing: "ending what was being set up, nothing half-made is left",
  next: "run the same command again: what is complete is kept",
  graceMs: 1_500,
};

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
  return interruptible(async (signal) => {
    const setup = { yes, progress: stderrProgress, signal };
    if (plan.target === "local") return ensureToolchain({ kafkaVersion: plan.kafkaVersion, ...setup });
    return { pulumiBinDir: dirname(await ensurePulumi({ env: process.env, ...setup })) };
  }, SETTING_UP);
}
