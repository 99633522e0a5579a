import path from "node:path";
import { stateHome } from "../../paths.ts";
import type { Role } from "../../plan/types.ts";
import { claimName, type KubernetesPlanned } from "./pools.ts";
import type { ClusterArgs } from "./resources.ts";

/** Where what was decided for a cluster is kept beside the state, for the time between `down` and `up`. */
export const clusterDirectory = (stack: string): string => path.join(stateHome(), "kubernetes", stack);

/** What of a plan the decisions depend on. */
export function clusterArgs(plan: KubernetesPlanned, kubernetesId: string): ClusterArgs {
  const { name, nodes, kubernetes } = plan;
  const brokers = nodes.filter(({ roles }) => roles.includes("broker"));
  const { outside } = plan.security.listeners;
  const first = plan.fixedPorts?.[outside];
  const fixed = brokers.flatMap(({ id }, index) =>
    first === undefined ? [] : [[`${outside}@${id}`, first + index] as const],
  );
  return {
    name,
    directory: clusterDirectory(name),
    mode: plan.mode,
    kafkaVersion: plan.kafkaVersion,
    voters: nodes.filter(({ roles }) => roles.some(isQuorum)).map(({ id }) => id),
    listeners: brokers.map(({ id }) => `${outside}@${id}`),
    fixedPorts: Object.fromEntries(fixed),
    secretNames: plan.secrets,
    security: plan.security.transition ?? plan.security.profile,
    ...(plan.security.rotation === undefined ? {} : { rotation: plan.security.rotation }),
    ...(plan.finalized === undefined ? {} : { finalized: plan.finalized }),
    ...(kubernetes.context === undefined ? {} : { context: kubernetes.context }),
    kubernetesId,
    namespace: kubernetes.namespace,
    wantedImage: kubernetes.image,
    claimBytes: claimBytes(plan),
    claimNodes: claimNodes(plan),
  };
}

/** Planned bytes of each data volume, by the name of its claim. */
export function claimBytes(plan: KubernetesPlanned): Record<string, number> {
  const sized = plan.nodes.flatMap(({ id, volumes }) =>
    volumes.map((volume) => [claimName(plan, id, volume.name), volume.sizeBytes ?? 0] as const),
  );
  return Object.fromEntries(sized);
}

function claimNodes(plan: KubernetesPlanned): Record<string, number> {
  const owned = plan.nodes.flatMap(({ id, volumes }) =>
    volumes.map((volume) => [claimName(plan, id, volume.name), id] as const),
  );
  return Object.fromEntries(owned);
}

const isQuorum = (role: Role): boolean => role === "controller" || role === "zookeeper";
