import type { Reassignment } from "./state.ts";
import { adding, type ReplicaMove } from "./types.ts";

/** Kafka's keys; the rates are in bytes per second, of each broker. */
export const RATE_KEYS = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"] as const;
export const REPLICA_KEYS = [
  "leader.replication.throttled.replicas",
  "follower.replication.throttled.replicas",
] as const;

export type ThrottledReplicas = Readonly<Record<(typeof REPLICA_KEYS)[number], string>>;

/**
 * The replicas of each topic whose traffic is throttled, as `partition:broker`: those that are read from, where they lead,
 * and those that are added, where they follow. All others replicate at full speed, as kafka-reassign-partitions has it.
 */
export function throttledReplicas(
  moves: readonly ReplicaMove[],
  ongoing: readonly (Reassignment & { readonly replicas: readonly number[] })[] = [],
): Map<string, ThrottledReplicas> {
  const all = [
    ...ongoing.map(({ topic, partition, adding: to, replicas }) => ({
      topic,
      partition,
      from: replicas.filter((id) => !to.includes(id)),
      to,
    })),
    ...moves.map((move) => ({ topic: move.topic, partition: move.partition, from: move.from, to: adding(move) })),
  ].filter(({ to }) => to.length > 0);
  const named = (brokers: readonly number[], partition: number) => brokers.map((id) => `${partition}:${id}`);
  const unique = (items: readonly string[]) => [...new Set(items)].join(",");
  return new Map(
    [...Map.groupBy(all, ({ topic }) => topic)].map(([topic, items]) => [
      topic,
      {
        [REPLICA_KEYS[0]]: unique(items.flatMap(({ partition, from }) => named(from, partition))),
        [REPLICA_KEYS[1]]: unique(items.flatMap(({ partition, to }) => named(to, partition))),
      } as ThrottledReplicas,
    ]),
  );
}
