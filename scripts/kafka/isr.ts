import { withAnyBroker } from "./cluster.ts";
import { readTopics } from "./topics.ts";

export interface IsrPartition {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly minIsr: number;
}

export interface IsrState {
  readonly partitions: readonly IsrPartition[];
  readonly offline: readonly IsrPartition[];
  /** Fewer in-sync replicas than replicas; offline ones included. */
  readonly underReplicated: readonly IsrPartition[];
  readonly underMinIsr: readonly IsrPartition[];
}

/** In-sync replicas of every partition, internal topics included. @throws when no broker answers in time. */
export async function readIsr(bootstrapServers: readonly string[], timeoutMs = 5_000): Promise<IsrState> {
  const topics = await withAnyBroker(bootstrapServers, timeoutMs, (node) => readTopics(node, []));
  return isrState(
    topics.flatMap(({ name, minIsr, partitions }) =>
      partitions.map((partition) => ({ topic: name, ...partition, minIsr })),
    ),
  );
}

/** Sorts partitions by what ails them. Pure. */
export function isrState(partitions: readonly IsrPartition[]): IsrState {
  return {
    partitions,
    offline: partitions.filter(({ leader }) => leader === null),
    underReplicated: partitions.filter(({ isr, replicas }) => isr.length < replicas.length),
    underMinIsr: partitions.filter(({ isr, minIsr }) => isr.length < minIsr),
  };
}

/**
 * Partitions that would refuse acks=all writes, or go offline, if this broker stopped now. Pure. A partition with no
 * replica to spare (as many replicas as its min ISR) can never be spared, so it does not hold up a restart.
 */
export function partitionsNeeding(brokerId: number, isr: IsrState): IsrPartition[] {
  return isr.partitions.filter(
    (partition) =>
      partition.isr.includes(brokerId) &&
      partition.replicas.length > partition.minIsr &&
      partition.isr.length - 1 < partition.minIsr,
  );
}
