import type Docker from "dockerode";
import { UserError } from "../../errors.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { type Kept, readKept } from "../decisions/kept.ts";
import { StopQueue } from "../stop-queue.ts";
import { clusterDirectory } from "./data.ts";
import { engineOf } from "./engine.ts";
import { LABEL, networkName } from "./names.ts";
import { STOP_SECONDS } from "./render.ts";
import { stopContainer } from "./stop.ts";

interface Found {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

const filtersOf = (name: string, ...more: readonly string[]) => ({ label: [`${LABEL.stack}=${name}`, ...more] });

/** Containers of a stack, running or not, whatever any state knows: their labels tell. */
async function containersOf(docker: Docker, name: string): Promise<Found[]> {
  const found = await docker.listContainers({ all: true, filters: filtersOf(name) });
  return found.map(({ Id, Names, Labels }) => ({
    id: Id,
    name: (Names[0] ?? "").replace(/^\//, ""),
    roles: (Labels[LABEL.roles] ?? "").split(","),
  }));
}

export async function stillThere({ name, docker: plan }: ClusterPlan): Promise<readonly string[]> {
  const found = await containersOf(engineOf(plan?.host).docker, name);
  return found.map((container) => `container ${container.name}`);
}

/** Whether a cluster on an engine is the one that is kept here: its volumes bear its id. */
export function isOurs(
  kept: { readonly clusterId: string; readonly labelledId?: string } | undefined,
  labels: readonly string[],
): boolean {
  return kept !== undefined && labels.some((id) => id === kept.clusterId || id === kept.labelledId);
}

/** Commands that stop it whatever is lost; data volumes stay. */
export const byHand = (name: string, containers: readonly string[]): string =>
  `docker stop -t ${STOP_SECONDS} ${containers.join(" ")} && docker rm ${containers.join(" ")} && docker network rm ${networkName(name)}`;

/**
 * Stops a cluster's containers in order, and removes them with their network and configuration, which the next `up` makes
 * again. Data volumes stay. What is gone already is no fault.
 *
 * @throws UserError when it is not the cluster that is kept here: somebody else may need it.
 */
export async function stopStillThere({ name, docker: plan }: ClusterPlan, signal: AbortSignal): Promise<void> {
  const { docker } = engineOf(plan?.host);
  const containers = await containersOf(docker, name);
  if (containers.length === 0) return;
  const kept = readKept<Kept & { readonly labelledId?: string }>(clusterDirectory(name));
  const names = containers.map((one) => one.name);
  if (!isOurs(kept, await clusterIds(docker, name)))
    throw new UserError(
      `${names.join(", ")} of ${name} run on the engine and were made from another state: ${clusterDirectory(name)} has no cluster.json of that cluster`,
      `take it down from that state; or, if it is lost: ${byHand(name, names)}`,
    );
  const stops = new StopQueue((id, graceMs) => stopContainer(docker, id, graceMs));
  await Promise.all(containers.map(({ id, roles }) => stops.stop(id, roles)));
  signal.throwIfAborted();
  for (const { id } of containers) await docker.getContainer(id).remove({ force: true, v: true }).catch(gone);
  for (const { Id } of await docker.listNetworks({ filters: filtersOf(name) }))
    await docker.getNetwork(Id).remove().catch(gone);
  const { Volumes } = await docker.listVolumes({ filters: filtersOf(name, `${LABEL.volume}=config`) });
  for (const { Name } of Volumes ?? []) await docker.getVolume(Name).remove().catch(gone);
}

async function clusterIds(docker: Docker, name: string): Promise<string[]> {
  const { Volumes } = await docker.listVolumes({ filters: filtersOf(name, `${LABEL.volume}=data`) });
  return (Volumes ?? []).map(({ Labels }) => Labels?.[LABEL.clusterId] ?? "");
}

function gone(error: { readonly statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
