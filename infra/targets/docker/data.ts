import { rmSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { UserError } from "../../errors.ts";
import { stateHome } from "../../paths.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { HAD_DATA } from "../container/had-data.ts";
import { forgetData } from "../decisions/data-record.ts";
import { engineOf, readEngine } from "./engine.ts";
import { containerName, LABEL, volumeName } from "./names.ts";
import { putFiles } from "./provider/put-files.ts";
import { STOP_SECONDS } from "./render.ts";

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

/**
 * The container goes too: an engine gives no volume away that one has. Where anything of it is gone already, that is no fault.
 * That the node had data is forgotten first, beside the state and beside its configuration: so it may begin empty.
 */
export async function emptyNode(
  { name, docker: plan, nodes }: ClusterPlan,
  nodeId: number,
): Promise<readonly string[]> {
  const { docker } = engineOf(plan?.host);
  const container = docker.getContainer(containerName(name, nodeId));
  const image = (await container.inspect().catch(gone))?.Image;
  await container.stop({ t: STOP_SECONDS }).catch(gone);
  forgetData(clusterDirectory(name), [nodeId]);
  await forgetMark(docker, image, volumeName(name, nodeId, "config"));
  await container.remove({ force: true }).catch(gone);
  const volumes = nodes.find(({ id }) => id === nodeId)?.volumes ?? [];
  const names = volumes.map((volume) => volumeName(name, nodeId, volume.name));
  for (const volume of names) await docker.getVolume(volume).remove().catch(gone);
  return names.map((volume) => `volume ${volume}`);
}

/** Without a container its configuration is written again, and by what is noted then. */
async function forgetMark(docker: Docker, image: string | undefined, volume: string): Promise<void> {
  const there = await docker.getVolume(volume).inspect().catch(gone);
  if (image && there) await putFiles(docker, image, volume, { [HAD_DATA]: "" });
}

/** 304: it had stopped already. */
function gone(error: { readonly statusCode?: number }): undefined {
  if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
}
