import type { BrokerState, PartitionState } from "../../kafka/state.ts";

/** What a rebalance needs to know of a live cluster. */
export interface RebalanceState {
  /** Registered and unfenced. */
  readonly brokers: readonly BrokerState[];
  readonly topics: readonly { readonly name: string; readonly partitions: readonly PartitionState[] }[];
  readonly sizes: Sizes;
  readonly ongoing: readonly Reassignment[];
  readonly throttles: Throttles;
}

/** Bytes of the log of each replica, by {@link replicaKey}; one that is missing was not told. */
export type Sizes = ReadonlyMap<string, number>;

export const replicaKey = (topic: string, partition: number, broker: number): string =>
  `${topic}/${partition}@${broker}`;

/** A reassignment that the cluster carries out just now. */
export interface Reassignment {
  readonly topic: string;
  readonly partition: number;
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

/** Where a throttle of replication is set, whoever set it. */
export interface Throttles {
  /** Ids of brokers with a rate. */
  readonly brokers: readonly number[];
  /** Names of topics with throttled replicas. */
  readonly topics: readonly string[];
}

export const isThrottled = ({ brokers, topics }: Throttles): boolean => brokers.length + topics.length > 0;

/** The largest log of a partition that any broker tells: a follower that lags, or a new one, has less. */
export function partitionBytes(sizes: Sizes, topic: string, { partition, replicas }: PartitionState): number {
  return Math.max(0, ...replicas.map((id) => sizes.get(replicaKey(topic, partition, id)) ?? 0));
}
