import { z } from "zod";
import { count, kafkaConfig } from "./fields.ts";

const topic = z.strictObject({
  name: z
    .string()
    .describe(
      "Name of the topic: letters, digits, dot, underscore and hyphen, at most 249. Names with two underscores in front belong to Kafka.",
    )
    .meta({ examples: ["orders"] }),
  partitions: count(100_000)
    .optional()
    .describe(
      "Number of partitions, the most consumers of one group that share the work. It can grow later, never shrink. Default: the preset's.",
    )
    .meta({ examples: [12] }),
  replicationFactor: count(1000)
    .optional()
    .describe("On how many brokers each record lies. Default: the preset's, or the number of brokers if that is less.")
    .meta({ examples: [3] }),
  minInsyncReplicas: count(1000)
    .optional()
    .describe(
      "How many replicas must hold a record before a producer with acks=all hears back (Kafka: min.insync.replicas). Default: the preset's, or one less than the replication factor.",
    )
    .meta({ examples: [2] }),
  config: kafkaConfig()
    .describe(
      "Settings of the topic by Kafka's own keys. Keys that end in .ms or .bytes take 7d or 1GiB as well as Kafka's numbers.",
    )
    .meta({ examples: [{ "retention.ms": "7d" }] }),
});

export const topics = z
  .array(topic)
  .default([])
  .describe("Topics that the cluster must have. Topics that are not listed are left alone.");
