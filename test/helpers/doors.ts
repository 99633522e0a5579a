import assert from "node:assert/strict";
import type { ListenerName, NodePlan } from "../../infra/plan/types.ts";
import { isOnLoopback } from "../../infra/targets/container/node.ts";

/** A listener of a container or pod, as it would be reached from another. */
export interface Door {
  readonly listener: ListenerName;
  /** host:port */
  readonly address: string;
  /** For the node's own health check: nobody else gets there. */
  readonly onLoopback: boolean;
}

/** Every listener of every node. @param hostOf name or address of a node by its id. */
export function doorsOf(nodes: readonly NodePlan[], hostOf: (id: number) => string): Door[] {
  return nodes.flatMap((node) =>
    node.listeners.map(({ name, port }) => ({
      listener: name,
      address: `${hostOf(node.id)}:${port}`,
      onLoopback: isOnLoopback(node, name),
    })),
  );
}

export const addressesOf = (doors: readonly Door[]): string[] => doors.map(({ address }) => address);

/** One door of each kind that has rows of its own. */
export function doorsToTry(doors: readonly Door[]): Door[] {
  const kinds: readonly ListenerName[] = [
    "INTERNAL_TLS",
    "REPLICATION",
    "CONTROLLER_TLS",
    "ZK_CLIENT_TLS",
    "ZK_ELECTION",
  ];
  return kinds.flatMap((kind) => doors.find(({ listener }) => listener === kind) ?? []);
}

/** Where one door of that kind is; undefined: there is none, or nobody is led there. */
export const doorTo = (listener: ListenerName, doors: readonly Door[]): string | undefined =>
  doorsToTry(doors).find((door) => door.listener === listener)?.address;

/** Of ZooKeeper's nodes only the leader listens for followers. */
export const isAlwaysOpen = ({ listener, onLoopback }: Door): boolean => !onLoopback && listener !== "ZK_QUORUM";

/** Ports on which a node listens and should not, as for JMX. @param ports on which it does. @throws when it is not even there. */
export function strayPorts({ id, listeners }: NodePlan, ports: readonly number[]): number[] {
  const planned: readonly number[] = listeners.map(({ port }) => port);
  assert.ok(
    planned.some((port) => ports.includes(port)),
    `node ${id} listens`,
  );
  return ports.filter((port) => !planned.includes(port));
}
