import { z } from "zod";
import { kafkaVersionNames } from "../versions.ts";
import { kafkaConfig } from "./fields.ts";

export const kafka = z
  .strictObject({
    version: z
      .enum(kafkaVersionNames)
      .default("4.3.1")
      .describe(
        "Exact version of Kafka. Only versions that this release was tested with: a cluster must not change because a registry did.",
      ),
    mode: z
      .enum(["kraft", "zookeeper"])
      .default("kraft")
      .describe(
        "Where the cluster keeps its metadata: in Kafka's own quorum of controllers (kraft), or in ZooKeeper, which Kafka 4 no longer knows.",
      ),
    migration: z
      .enum(["prepare", "dualWrite", "kraftBrokers"])
      .optional()
      .describe(
        "Only while a live cluster goes from mode zookeeper to kraft, an up for each step: prepare starts the controllers, dualWrite has them copy ZooKeeper's metadata and keep both, kraftBrokers takes the brokers off ZooKeeper; then mode: kraft without this key. See docs/migration.md; kafka-stacks migrate goes all the way.",
      )
      .meta({ examples: ["prepare"] }),
    config: kafkaConfig()
      .describe(
        "Settings for every Kafka node, controllers included, by Kafka's own keys; they win over the plan's. Keys that end in .ms or .bytes take 7d or 1GiB as well as Kafka's numbers.",
      )
      .meta({ examples: [{ "log.retention.ms": "3d" }] }),
  })
  .prefault({})
  .describe("Which Kafka runs and how it is set.");
