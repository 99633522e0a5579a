/**
 * What a cluster's things are called on an engine. Everything begins with `kafka-` and the stack's name, so two stacks
 * never meet; everything carries labels, so it is known again whatever became of the state.
 */
export const networkName = (stack: string): string => `kafka-${stack}`;
/** Also its host name: other containers of the network reach the node by it. */
export const containerName = (stack: string, nodeId: number): string => `kafka-${stack}-${nodeId}`;
export const volumeName = (stack: string, nodeId: number, volume: string): string =>
  `${containerName(stack, nodeId)}-${volume}`;

export const LABEL = Object.freeze({
  stack: "kafka-stacks.stack",
  clusterId: "kafka-stacks.cluster-id",
  mode: "kafka-stacks.mode",
  node: "kafka-stacks.node",
  roles: "kafka-stacks.roles",
  /** `data` or `config`. */
  volume: "kafka-stacks.volume",
  /** Hash of the files that the container started from. */
  files: "kafka-stacks.files",
  /** When and why all nodes were told to restart. */
  roll: "kafka-stacks.roll",
});

/** Docker Desktop shows containers of one Compose project together. */
const COMPOSE = Object.freeze({ project: "com.docker.compose.project", service: "com.docker.compose.service" });

export type Labels = Readonly<Record<string, string>>;

export const stackLabels = (stack: string): Labels => ({ [LABEL.stack]: stack });

export function nodeLabels(
  stack: string,
  { id, roles }: { readonly id: number; readonly roles: readonly string[] },
): Labels {
  return { ...stackLabels(stack), [LABEL.node]: String(id), [LABEL.roles]: roles.join(",") };
}

export function groupLabels(stack: string, nodeId: number): Labels {
  return { [COMPOSE.project]: networkName(stack), [COMPOSE.service]: `node-${nodeId}` };
}

/** As @pulumi/docker wants them; sorted, so that a diff shows only real change. */
export function labelList(labels: Labels): { label: string; value: string }[] {
  return Object.entries(labels)
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}
