/** Where a cluster keeps its metadata. */
export type Mode = "kraft" | "zookeeper";

/** Steps of a live cluster between the two, in their order. See plan/metadata.ts. */
export type Migration = "prepare" | "dualWrite" | "kraftBrokers";

/** What is known of one Kafka version; the only place where versions stand. */
export interface KafkaVersion {
  readonly modes: readonly Mode[];
  /** `--release-version` of Kafka's FeatureCommand and StorageTool. */
  readonly releaseVersion: string;
  /** MetadataVersion.LATEST_PRODUCTION of its own server-common library. */
  readonly metadataVersion: string;
  /** A cluster may go from voters in the configuration to voters in the metadata log (KIP-853; KAFKA-16538, Kafka 4.1). */
  readonly dynamicQuorum: boolean;
  /** Oldest Java that its server classes run on (their class file version). */
  readonly minJava: number;
  /** Version of the ZooKeeper nodes, for versions that still have the mode. */
  readonly zookeeperVersion?: string;
}

/** Newest first. Exact versions: a cluster must not change because a registry did. */
export const KAFKA_VERSIONS = Object.freeze({
  "4.3.1": { modes: ["kraft"], releaseVersion: "4.3", metadataVersion: "4.3-IV0", dynamicQuorum: true, minJava: 17 },
  "3.9.2": {
    modes: ["kraft", "zookeeper"],
    releaseVersion: "3.9",
    metadataVersion: "3.9-IV0",
    dynamicQuorum: false,
    minJava: 8,
    zookeeperVersion: "3.8.6",
  },
} as const satisfies Record<string, KafkaVersion>);

export type KafkaVersionName = keyof typeof KAFKA_VERSIONS;

export const kafkaVersionNames = Object.keys(KAFKA_VERSIONS) as KafkaVersionName[];

/** Looks a version up by its name, as a plan carries it. @throws Error for one that no stack file can name. */
export function kafkaVersion(name: string): KafkaVersion {
  const known = Object.entries(KAFKA_VERSIONS).find(([key]) => key === name);
  if (!known) throw new Error(`Kafka ${name} is not one of ${kafkaVersionNames.join(", ")}`);
  return known[1];
}
