import { z } from "zod";
import { PRESETS, type PresetName } from "../../capacity/presets.ts";
import { docker } from "./schema/docker.ts";
import { kafka } from "./schema/kafka.ts";
import { kubernetes } from "./schema/kubernetes.ts";
import { local } from "./schema/local.ts";
import { brokers, controllers, zookeeper } from "./schema/nodes.ts";
import { security } from "./schema/security.ts";
import { topics } from "./schema/topics.ts";
import { defaultQuota, users } from "./schema/users.ts";
import { workload } from "./schema/workload.ts";

const presetList = Object.entries(PRESETS).map(([name, { purpose }]) => `${name} (${purpose})`);

/** A stack file: every key, its type, its default and why. The one source of types, checks and documentation. */
export const stackFile = z
  .strictObject({
    target: z
      .enum(["local", "docker", "kubernetes"])
      .default("local")
      .describe("Where the nodes run: as processes of this machine, as containers, or as pods."),
    environment: z
      .enum(["dev", "production"])
      .default("production")
      .describe(
        "What a lost record means here. dev silences the warning about single copies and lets consumer groups start at once.",
      ),
    preset: z
      .enum(Object.keys(PRESETS) as PresetName[])
      .default("small")
      .describe(`Values for sizes that the file leaves out; what it writes wins. One of ${presetList.join("; ")}.`),
    workload,
    kafka,
    brokers,
    controllers,
    zookeeper,
    security,
    users,
    defaultQuota,
    topics,
    local,
    docker,
    kubernetes,
    allowUnavailableOnOneFailure: z
      .boolean()
      .default(false)
      .describe(
        "Permit topics whose minInsyncReplicas equals their replication factor: one broker down, even for a restart, then stops their acks=all writes.",
      ),
  })
  .meta({ title: "kafka-stacks: a Kafka cluster", description: "One file, one Apache Kafka cluster." });

/** A stack file whose shape is right: texts are parsed, defaults that stand alone are filled in, the preset's are not. */
export type StackFile = z.output<typeof stackFile>;
