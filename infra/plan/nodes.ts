import { MiB } from "../../capacity/units.ts";
import type { StackSpec } from "../spec/resolve.ts";
import type { NodePlan, Role } from "./types.ts";

/** Pools of nodes and the id of their first; a pool holds at most 1000, so ids never meet. */
export const FIRST_ID = Object.freeze({ broker: 1, controller: 1001, zookeeper: 2001 });

/** Which pool an id is of; what a broker is besides, it does not tell. */
export const poolOf = (id: number): keyof typeof FIRST_ID =>
  id >= FIRST_ID.zookeeper ? "zookeeper" : id >= FIRST_ID.controller ? "controller" : "broker";

/** A node before it is configured: who it is and what it is for. */
export interface NodeSeat {
  readonly id: number;
  readonly roles: readonly Role[];
  readonly rack: string | null;
  readonly heapMiB: number;
  readonly memoryMiB: number;
  readonly cpuMillis: number;
}

/** Position of a node in its pool, from 0: a fixed range of local ports gives it `first + poolOffset(id)`. */
export const poolOffset = (id: number): number => (id - 1) % 1000;

/** ZooKeeper's own number for the node, its `myid`: 1, 2, 3 … */
export const zooKeeperId = (id: number): number => id - FIRST_ID.zookeeper + 1;

/** Every node of the cluster, ascending by id. A larger count only appends, so growing a cluster renames nothing. */
export function seatNodes({ brokers, controllers, zookeeper }: StackSpec): NodeSeat[] {
  const combined = controllers?.placement === "combined" ? controllers.count : 0;
  return [
    ...ids(FIRST_ID.broker, brokers.count).map((id, index) => ({
      id,
      roles: index < combined ? (["broker", "controller"] as const) : (["broker"] as const),
      rack: brokers.racks[index % brokers.racks.length] ?? null,
      ...resourcesOf(brokers),
    })),
    ...pool("controller", controllers?.placement === "dedicated" ? controllers : undefined),
    ...pool("zookeeper", zookeeper),
  ];
}

function pool(
  role: "controller" | "zookeeper",
  size: (Resources & { readonly count: number }) | undefined,
): NodeSeat[] {
  if (!size) return [];
  return ids(FIRST_ID[role], size.count).map((id) => ({ id, roles: [role], rack: null, ...resourcesOf(size) }));
}

interface Resources {
  readonly heapBytes: number;
  readonly memoryBytes: number;
  readonly cpuMillis: number;
}

const resourcesOf = ({ heapBytes, memoryBytes, cpuMillis }: Resources) => ({
  heapMiB: Math.floor(heapBytes / MiB),
  memoryMiB: Math.floor(memoryBytes / MiB),
  cpuMillis,
});

const ids = (first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first + index);

/**
 * The order in which nodes may be restarted, one at a time: what others depend on first. ZooKeeper, then dedicated
 * controllers, then brokers (combined nodes among them), each ascending.
 */
export function restartOrder(nodes: readonly Pick<NodePlan, "id" | "roles">[]): number[] {
  const rank = ({ roles }: Pick<NodePlan, "roles">) =>
    roles.includes("zookeeper") ? 0 : roles.includes("broker") ? 2 : 1;
  return nodes.toSorted((a, b) => rank(a) - rank(b) || a.id - b.id).map(({ id }) => id);
}
