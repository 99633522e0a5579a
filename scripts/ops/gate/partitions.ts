import type { IsrPartition, PartitionState, TopicState } from "../../kafka/state.ts";

/**
 * How many in-sync replicas a broker wants before it takes acks=all: never more than the partition has replicas
 * (kafka.cluster.Partition.effectiveMinIsr). A topic with one replica takes them under any min.insync.replicas.
 *
 * @param configured min.insync.replicas, as it is set on the topic or inherited.
 */
export const effectiveMinIsr = (configured: number, { replicas }: Pick<PartitionState, "replicas">): number =>
  Math.min(configured, replicas.length);

/**
 * Every partition as the gate judges it. Pure.
 *
 * @param moving partitions whose replicas are being moved, as `topic-partition`.
 */
export function isrPartitions(topics: readonly TopicState[], moving: ReadonlySet<string>): IsrPartition[] {
  return topics.flatMap(({ name, minIsr, partitions }) =>
    partitions.map((partition) => ({
      topic: name,
      ...partition,
      minIsr: effectiveMinIsr(minIsr, partition),
      ...(moving.has(`${name}-${partition.partition}`) ? { moving: true } : {}),
    })),
  );
}
