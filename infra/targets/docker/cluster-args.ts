import type { ClusterPlan, ListenerName, Role } from "../../plan/types.ts";
import { clusterDirectory } from "./data.ts";
import type { EngineState } from "./engine.ts";
import { volumeName } from "./names.ts";
import { type DockerPlanned, portKey, publishedListeners } from "./render.ts";
import type { ClusterArgs, VolumeBytes } from "./resources.ts";

/** What of a plan the decisions depend on. */
export function clusterArgs(plan: DockerPlanned, engine: EngineState): ClusterArgs {
  const published = plan.nodes.flatMap((node) => publishedListeners(node).map(({ name }) => ({ name, id: node.id })));
  return {
    name: plan.name,
    directory: clusterDirectory(plan.name),
    host: engine.host,
    engineId: engine.id,
    mode: plan.mode,
    ...(plan.migration ? { migration: plan.migration } : {}),
    kafkaVersion: plan.kafkaVersion,
    voters: plan.nodes.filter(({ roles }) => roles.some(isQuorum)).map(({ id }) => id),
    listeners: published.map(({ name, id }) => portKey(name, id)),
    fixedPorts: portsOf(plan, published),
    publishAddress: plan.docker.publishAddress,
    advertisedHost: plan.docker.advertisedHost,
    secretNames: plan.secrets,
    security: plan.security.transition ?? plan.security.profile,
    ...(plan.security.rotation === undefined ? {} : { rotation: plan.security.rotation }),
    ...(plan.finalized === undefined ? {} : { finalized: plan.finalized }),
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

/** Published ports that the stack fixes: of each listener the first for the first broker, and one more for each further one. */
function portsOf({ fixedPorts = {} }: ClusterPlan, published: readonly Published[]): Record<string, number> {
  const ports = Object.entries(fixedPorts).flatMap(([listener, first]) =>
    published
      .filter(({ name }) => name === listener)
      .map(({ name, id }, index) => [portKey(name, id), first + index] as const),
  );
  return Object.fromEntries(ports);
}

interface Published {
  readonly name: ListenerName;
  readonly id: number;
}
