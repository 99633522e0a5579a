import type { ClusterPlan, NodePlan, Role } from "../../plan/types.ts";
import { clusterDirectory } from "./data.ts";
import type { EngineState } from "./engine.ts";
import { volumeName } from "./names.ts";
import { type DockerPlanned, portKey } from "./render.ts";
import type { ClusterArgs, VolumeBytes } from "./resources.ts";

/** What of a plan the decisions depend on. */
export function clusterArgs(plan: DockerPlanned, engine: EngineState): ClusterArgs {
  const published = plan.nodes.filter(({ listeners }) => listeners.some(({ name }) => name === "EXTERNAL"));
  return {
    name: plan.name,
    directory: clusterDirectory(plan.name),
    host: engine.host,
    engineId: engine.id,
    mode: plan.mode,
    kafkaVersion: plan.kafkaVersion,
    voters: plan.nodes.filter(({ roles }) => roles.some(isQuorum)).map(({ id }) => id),
    listeners: published.map(({ id }) => portKey("EXTERNAL", id)),
    fixedPorts: portsOf(plan.fixedPorts?.EXTERNAL, published),
    publishAddress: plan.docker.publishAddress,
    secretNames: plan.secrets,
    wantedImage: plan.docker.image,
    volumeBytes: volumeBytes(plan),
  };
}

/** Sizes of the data volumes that have a planned one. */
export function volumeBytes({ name, nodes }: ClusterPlan): VolumeBytes {
  const sized = nodes.flatMap(({ id, volumes }) =>
    volumes.flatMap((volume) =>
      volume.sizeBytes === undefined ? [] : [[volumeName(name, id, volume.name), volume.sizeBytes] as const],
    ),
  );
  return Object.fromEntries(sized);
}

const isQuorum = (role: Role): boolean => role === "controller" || role === "zookeeper";

/** Published ports that the stack fixes: the first for the first broker, and one more for each further one. */
function portsOf(first: number | undefined, nodes: readonly NodePlan[]): Record<string, number> {
  if (first === undefined) return {};
  return Object.fromEntries(nodes.map(({ id }, index) => [portKey("EXTERNAL", id), first + index]));
}
