import type { Decision, Sizing, TopicResult } from "./result.ts";
import { formatBytes } from "./units.ts";

type Figures = Omit<Sizing, "decisions" | "warnings">;

/** The eight figures that somebody has to decide before a cluster can be made, each with its reason. */
export function decisionsOf(figures: Figures): Decision[] {
  const { workload, topics, replicationFactor, minInsyncReplicas, afterFailure } = figures;
  const bound = figures.resources.find(({ binding }) => binding);
  const failure = afterFailure.what;
  const partitions = range(topics, ({ partitions }) => partitions, String);
  return [
    {
      what: "brokers",
      value: String(figures.brokers),
      because:
        workload.brokers === undefined
          ? `${figures.binding} needs ${bound?.brokersNeeded}, with ${failure}`
          : `set by hand; ${figures.binding} needs ${bound?.brokersNeeded}, with ${failure}`,
    },
    {
      what: "partitions per topic",
      value: partitions,
      because: `its rates, ${workload.parallelism} ${workload.parallelism === 1 ? "consumer" : "consumers"} of a group, and an even spread over the brokers`,
    },
    {
      what: "disk per partition",
      value: range(topics, ({ partitionBytes }) => partitionBytes, formatBytes),
      because: "what is kept of the topic, divided by its partitions; one replica",
    },
    {
      what: "replication factor",
      value: `${replicationFactor}, min ISR ${minInsyncReplicas}`,
      because: `with ${failure}, writes go on and no acknowledged record is lost`,
    },
    {
      what: "topics",
      value: String(topics.length),
      because: "the workload's; partitions, not topics, cost something",
    },
    {
      what: "disk per topic",
      value: range(topics, ({ storageBytes }) => storageBytes, formatBytes),
      because: `all ${replicationFactor} replicas, grown for ${workload.horizonYears} ${workload.horizonYears === 1 ? "year" : "years"}`,
    },
    {
      what: "controllers",
      value: String(figures.controllers),
      because: "a majority must be left (KRaft)",
    },
    {
      what: "ZooKeeper nodes",
      value: String(figures.zookeeper),
      because: "instead of controllers in mode zookeeper: a majority must be left while one more is maintained",
    },
  ];
}

/** `12`, or `6 to 24` when topics differ. */
function range(
  topics: readonly TopicResult[],
  pick: (topic: TopicResult) => number,
  show: (value: number) => string,
): string {
  const values = topics.map(pick);
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))].map(show);
  return least === most ? `${least}` : `${least} to ${most}`;
}
