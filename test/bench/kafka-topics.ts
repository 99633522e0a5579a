import type { TopicPlan } from "../../infra/plan/types.ts";

export const TOPIC_COMMAND = "org.apache.kafka.tools.TopicCommand";

/** A topic as options of `kafka-topics --create`. */
export function createOptions({ name, partitions, replicationFactor, config }: TopicPlan): string[] {
  const options = ["--topic", name, "--partitions", `${partitions}`, "--replication-factor", `${replicationFactor}`];
  return [...options, ...Object.entries(config).flatMap(([key, value]) => ["--config", `${key}=${value}`])];
}
