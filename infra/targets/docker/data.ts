import { rmSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { stateHome } from "../../paths.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { engineOf, readEngine } from "./engine.ts";
import { LABEL } from "./names.ts";

/** Where what was decided for a cluster is kept beside the state, for the time between `down` and `up`. */
export function clusterDirectory(stack: string): string {
  return path.join(stateHome(), "docker", stack);
}

/** Removes every volume of a cluster that is down, and what was decided for it. @throws UserError while a container of it is there. */
export async function deleteData({ name, docker: plan }: ClusterPlan): Promise<readonly string[]> {
  const { host, docker } = engineOf(plan?.host);
  const { containers, volumes } = await readEngine(host, docker);
  const left = containers.filter(({ labels }) => labels[LABEL.stack] === name);
  if (left.length > 0)
    throw new UserError(
      `the data of ${name} is not deleted: ${left.map((one) => one.name).join(", ")} is still there`,
      `take the cluster down first: kafka-stacks down ${name}`,
    );
  const ours = volumes.filter(({ labels }) => labels[LABEL.stack] === name).map((one) => one.name);
  for (const volume of ours) await docker.getVolume(volume).remove();
  rmSync(clusterDirectory(name), { recursive: true, force: true });
  return ours.map((volume) => `volume ${volume}`);
}
