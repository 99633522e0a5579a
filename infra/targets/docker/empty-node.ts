import type Docker from "dockerode";
import type { ClusterPlan } from "../../plan/types.ts";
import { HAD_DATA } from "../container/had-data.ts";
import { forgetData } from "../decisions/data-record.ts";
import { clusterDirectory } from "./data.ts";
import { imageOf } from "./image-of.ts";
import { volumeName } from "./names.ts";
import { putFiles } from "./provider/put-files.ts";

/** That the node had data is noted no more, next to the state and next to its configuration: so it may begin empty. */
export async function forgetNode(docker: Docker, { name }: ClusterPlan, nodeId: number): Promise<void> {
  forgetData(clusterDirectory(name), [nodeId]);
  const volume = volumeName(name, nodeId, "config");
  // What is not there is written later, by what is noted then.
  if (await docker.getVolume(volume).inspect().catch(gone))
    await putFiles(docker, await imageOf(docker, name), volume, { [HAD_DATA]: "" });
}

/**
 * Deletes the data volumes of a node without a container, and makes them again as they were: the deployment has made what a
 * container mounts before. Cut off in between, the next one makes them.
 *
 * @returns what was deleted. @throws when one is in use.
 */
export async function renewVolumes(
  docker: Docker,
  { name, nodes }: ClusterPlan,
  nodeId: number,
): Promise<readonly string[]> {
  const volumes = nodes.find(({ id }) => id === nodeId)?.volumes ?? [];
  const names = volumes.map((volume) => volumeName(name, nodeId, volume.name));
  for (const Name of names) {
    const found = await docker.getVolume(Name).inspect().catch(gone);
    if (!found) continue;
    await docker.getVolume(Name).remove().catch(gone);
    await docker.createVolume({ Name, Driver: found.Driver, DriverOpts: found.Options ?? {}, Labels: found.Labels });
  }
  return names.map((volume) => `volume ${volume}`);
}

function gone(error: { readonly statusCode?: number }): undefined {
  if (error.statusCode !== 404) throw error;
}
