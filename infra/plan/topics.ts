import type { StackSpec } from "../spec/resolve.ts";
import { sortByKey } from "./sort.ts";
import type { TopicPlan } from "./types.ts";

/** Declared topics in the order of their names. */
export function planTopics({ topics }: StackSpec): TopicPlan[] {
  return topics
    .map(({ name, partitions, replicationFactor, minInsyncReplicas, config }) => ({
      name,
      partitions,
      replicationFactor,
      config: sortByKey({ ...config, "min.insync.replicas": String(minInsyncReplicas) }),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
