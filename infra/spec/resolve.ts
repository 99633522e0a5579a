import type { Choice } from "../../capacity/choose.ts";
import type { Sizing } from "../../capacity/result.ts";
import { GiB } from "../../capacity/units.ts";
import { type KafkaConfig, readBrokerConfig, readTopicConfig } from "./config.ts";
import type { Problem } from "./problem.ts";
import { defaultMemory } from "./schema/nodes.ts";
import type { StackFile } from "./schema.ts";
import { resolveSecurity, type SecuritySpec } from "./security.ts";
import { chooseSize } from "./sizing.ts";

export interface BrokersSpec {
  readonly count: number;
  readonly heapBytes: number;
  /** Memory limit of a node, where the target sets one. */
  readonly memoryBytes: number;
  /** Disk of one broker; undefined: not limited. */
  readonly diskBytes: number | undefined;
  /** Thousandths of a core that are kept free for a node. */
  readonly cpuMillis: number;
  /** Given to brokers in turn by node id; empty: no racks. */
  readonly racks: readonly string[];
  readonly config: KafkaConfig;
}

export interface ControllersSpec {
  readonly count: number;
  readonly placement: "combined" | "dedicated";
  /** Where nodes read who votes: in their configuration, or in the metadata log. */
  readonly quorum: "static" | "dynamic";
  readonly heapBytes: number;
  readonly memoryBytes: number;
  readonly cpuMillis: number;
}

export interface ZooKeeperSpec {
  readonly count: number;
  readonly heapBytes: number;
  readonly memoryBytes: number;
  readonly cpuMillis: number;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly config: KafkaConfig;
}

/** What a topic gets that names no number of its own; also Kafka's defaults for topics made by clients. */
export type TopicDefaults = Pick<TopicSpec, "partitions" | "replicationFactor" | "minInsyncReplicas">;

/** A stack with every default decided: what the plan is made from. */
export interface StackSpec
  extends Pick<
    StackFile,
    | "target"
    | "environment"
    | "preset"
    | "users"
    | "defaultQuota"
    | "local"
    | "docker"
    | "kubernetes"
    | "allowUnavailableOnOneFailure"
  > {
  readonly security: SecuritySpec;
  readonly kafka: Omit<StackFile["kafka"], "config"> & { readonly config: KafkaConfig };
  readonly brokers: BrokersSpec;
  /** In mode kraft, and on the way to it. */
  readonly controllers: ControllersSpec | undefined;
  /** In mode zookeeper only. */
  readonly zookeeper: ZooKeeperSpec | undefined;
  readonly topicDefaults: TopicDefaults;
  /** How the sizes that the file leaves out were found. */
  readonly sizing: Sizing;
  /** `workload` or `preset small`; undefined where the file itself says how many brokers there are. */
  readonly sizedBy: string | undefined;
  readonly topics: readonly TopicSpec[];
}

/** Fills in what the preset decides and turns configuration into Kafka's strings. Refused configuration goes to `problems`. */
export function resolveStack(file: StackFile, problems: Problem[]): StackSpec {
  const preset = chooseSize(file, problems);
  const { target, environment, users, defaultQuota, local, docker, kubernetes, allowUnavailableOnOneFailure } = file;
  const brokerCount = file.brokers.count ?? preset.brokers;
  const topicDefaults = defaultsFor(preset, brokerCount);
  return {
    sizing: preset.sizing,
    sizedBy: sizedBy(file),
    target,
    environment,
    preset: file.preset,
    security: resolveSecurity(file),
    users,
    ...(defaultQuota ? { defaultQuota } : {}),
    local,
    docker,
    kubernetes,
    allowUnavailableOnOneFailure,
    kafka: { ...file.kafka, config: readBrokerConfig(file, file.kafka.config, ["kafka", "config"], problems) },
    brokers: {
      count: brokerCount,
      ...memoryOf(file.brokers, preset.brokerHeapBytes),
      cpuMillis: cpuOf(file, file.brokers.cpu, 1000),
      diskBytes: file.brokers.disk ?? (file.workload ? diskOf(preset) : undefined),
      racks: file.brokers.racks,
      config: readBrokerConfig(file, file.brokers.config, ["brokers", "config"], problems),
    },
    controllers:
      file.kafka.mode === "kraft" || file.kafka.migration !== undefined
        ? resolveControllers(file, preset, brokerCount)
        : undefined,
    zookeeper:
      file.kafka.mode === "zookeeper"
        ? {
            count: file.zookeeper?.count ?? 3,
            ...memoryOf(file.zookeeper, preset.controllerHeapBytes),
            cpuMillis: cpuOf(file, file.zookeeper?.cpu, 250),
          }
        : undefined,
    topicDefaults,
    topics: file.topics.map((topic, index) => {
      const replicationFactor = topic.replicationFactor ?? topicDefaults.replicationFactor;
      return {
        name: topic.name,
        partitions: topic.partitions ?? topicDefaults.partitions,
        replicationFactor,
        minInsyncReplicas: topic.minInsyncReplicas ?? lessThanAll(preset.minInsyncReplicas, replicationFactor),
        config: readTopicConfig(file, topic.config, ["topics", index, "config"], problems),
      };
    }),
  };
}

function memoryOf(
  written: { readonly heap?: number | undefined; readonly memory?: number | undefined } | undefined,
  presetHeapBytes: number,
): { readonly heapBytes: number; readonly memoryBytes: number } {
  const heapBytes = written?.heap ?? presetHeapBytes;
  return { heapBytes, memoryBytes: written?.memory ?? defaultMemory(heapBytes) };
}

const cpuOf = ({ environment }: StackFile, written: number | undefined, usual: number): number =>
  written ?? (environment === "dev" ? 100 : usual);

function sizedBy({ workload, brokers, preset }: StackFile): string | undefined {
  if (workload) return "workload";
  return brokers.count === undefined ? `preset ${preset}` : undefined;
}

/** Room for what a broker holds after a failure, with the free share that the model wants. */
function diskOf({ sizing }: Choice): number {
  const storage = sizing.resources.find(({ resource }) => resource === "storage");
  return Math.ceil((storage?.neededAfterFailure ?? 0) / (storage?.target ?? 1) / GiB) * GiB;
}

/** The preset's numbers, cut down to what the brokers can hold. */
function defaultsFor(preset: TopicDefaults, brokerCount: number): TopicDefaults {
  const replicationFactor = Math.min(preset.replicationFactor, brokerCount);
  const minInsyncReplicas = lessThanAll(preset.minInsyncReplicas, replicationFactor);
  return { partitions: preset.partitions, replicationFactor, minInsyncReplicas };
}

/** At least 1, and below the replication factor where that leaves anything: one broker may then fail. */
function lessThanAll(wanted: number, replicationFactor: number): number {
  return Math.max(1, Math.min(wanted, replicationFactor - 1));
}

function resolveControllers(file: StackFile, preset: Choice, brokerCount: number): ControllersSpec {
  const placement = file.controllers?.placement ?? "combined";
  const largestOdd = brokerCount % 2 === 0 ? brokerCount - 1 : brokerCount;
  const fitting = placement === "combined" ? Math.min(preset.controllers, largestOdd) : preset.controllers;
  return {
    count: file.controllers?.count ?? fitting,
    placement,
    quorum: file.controllers?.quorum ?? "static",
    ...memoryOf(file.controllers, preset.controllerHeapBytes),
    cpuMillis: cpuOf(file, file.controllers?.cpu, 250),
  };
}
