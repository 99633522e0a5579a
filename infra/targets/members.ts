import { reason } from "../../scripts/kafka/cluster.ts";
import { describeMetadata, type NodeConnection } from "../../scripts/kafka/gaps.ts";
import type { Holdings } from "../plan/refusals.ts";

/** Asks any broker of a running cluster, as somebody whom Kafka tells everything. @throws when none answers. */
export type AskBroker = <T>(question: (node: NodeConnection) => Promise<T>) => Promise<T>;

/**
 * How many replicas each broker of a running cluster holds.
 *
 * @param clusterId that it must have; undefined with ZooKeeper, where the first broker chose it.
 */
export async function holdings(ask: AskBroker, clusterId?: string): Promise<Holdings> {
  try {
    const { cluster, topics } = await ask((node) => describeMetadata(node, null));
    if (clusterId !== undefined && cluster.clusterId !== clusterId)
      return `another cluster answers there: ${cluster.clusterId}`;
    const held = new Map<number, number>();
    for (const { partitions } of topics)
      for (const { replicas } of partitions) for (const id of replicas) held.set(id, (held.get(id) ?? 0) + 1);
    return held;
  } catch (error) {
    return reason(error);
  }
}

/** KRaft remembers a broker that has stopped, and might give it replicas, until it is signed off. */
export async function signOff(ask: AskBroker, broker: number): Promise<void> {
  // It brings Kafka's second client, which takes half a second to load, and seldom does a broker leave.
  const { unregisterBroker } = await import("../../scripts/kafka/gaps-replicas.ts");
  await ask((node) => unregisterBroker(node, broker));
}
