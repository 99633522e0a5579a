import type Docker from "dockerode";
import type { ClusterInputs } from "../../decisions/kept.ts";
import { LABEL } from "../names.ts";

/** What the volumes of a cluster tell of it, where nothing else is left: its id, its mode and its nodes. */
export interface Traces {
  /** Usually one. With a migration came the id that counts in KRaft. */
  readonly clusterIds: readonly string[];
  /** It has data of ZooKeeper's time and of KRaft controllers: of the volumes alone nobody knows which of it counts. */
  readonly leftZooKeeper: boolean;
  readonly shape: Pick<ClusterInputs, "mode" | "voters" | "listeners">;
  readonly volumes: readonly string[];
}

/**
 * Traces of a stack on an engine; undefined when it has no data there.
 *
 * @param left brokers that have left: what their volumes hold is nobody's need.
 */
export async function tracesOf(
  docker: Docker,
  stack: string,
  left: readonly number[] = [],
): Promise<Traces | undefined> {
  const { Volumes } = await docker.listVolumes({
    filters: { label: [`${LABEL.stack}=${stack}`, `${LABEL.volume}=data`] },
  });
  const labelled = (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
  const first = labelled[0];
  if (!first) return undefined;
  const nodes = labelled
    .map(({ name, labels }) => ({
      name,
      id: Number(labels[LABEL.node]),
      roles: (labels[LABEL.roles] ?? "").split(","),
    }))
    .filter(({ id }) => !left.includes(id));
  const having = (...roles: string[]) => nodes.filter((node) => node.roles.some((role) => roles.includes(role)));
  const isZooKeeper = labelled.some(({ labels }) => labels[LABEL.mode] === "zookeeper");
  const ids = (some: readonly { readonly id: number }[]) => some.map(({ id }) => id).sort((a, b) => a - b);
  return {
    clusterIds: [...new Set(labelled.map(({ labels }) => labels[LABEL.clusterId] ?? ""))],
    leftZooKeeper: isZooKeeper && having("controller").length > 0,
    shape: {
      mode: isZooKeeper ? "zookeeper" : "kraft",
      voters: ids(having("controller", "zookeeper")),
      listeners: ids(having("broker")).map((id) => `EXTERNAL@${id}`),
    },
    volumes: nodes.map(({ name }) => name),
  };
}

/** Names of the stack's volumes that hold data, or are to. */
export async function dataVolumes(docker: Docker, stack: string): Promise<string[]> {
  const { Volumes } = await docker.listVolumes({
    filters: { label: [`${LABEL.stack}=${stack}`, `${LABEL.volume}=data`] },
  });
  return (Volumes ?? []).map(({ Name }) => Name);
}

/** Names of containers of the stack, running or not. */
export async function containersOf(docker: Docker, stack: string): Promise<string[]> {
  const found = await docker.listContainers({ all: true, filters: { label: [`${LABEL.stack}=${stack}`] } });
  return found.map(({ Names }) => (Names[0] ?? "").replace(/^\//, ""));
}

/** Bytes that volumes with a planned size will take which are not there yet. */
export function newBytes(planned: Readonly<Record<string, number>>, existing: readonly string[]): number {
  return Object.entries(planned).reduce((sum, [name, bytes]) => sum + (existing.includes(name) ? 0 : bytes), 0);
}
