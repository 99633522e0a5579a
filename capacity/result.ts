import type { MachineClass } from "./machine.ts";
import type { Workload } from "./workload.ts";

export const RESOURCES = [
  "network-in",
  "network-out",
  "disk-throughput",
  "storage",
  "memory",
  "cpu",
  "partitions",
  "replication",
] as const;
export type ResourceName = (typeof RESOURCES)[number];

export interface ResourceResult {
  readonly resource: ResourceName;
  readonly unit: "bytesPerSec" | "bytes" | "cores" | "replicas" | "brokers";
  /** Brokers that this resource alone asks for, the tolerated failure having happened. */
  readonly brokersNeeded: number;
  /** Of one broker, all of them alive, at the peak and the horizon. */
  readonly needed: number;
  /** Of one of the brokers that are left. */
  readonly neededAfterFailure: number;
  /** What one broker of the class has. */
  readonly have: number;
  /** needed / have; 0 to 1 when it fits. */
  readonly utilisation: number;
  readonly utilisationAfterFailure: number;
  /** What utilisation after a failure may be at most. */
  readonly target: number;
  readonly fits: boolean;
  readonly binding: boolean;
  readonly formula: string;
  readonly source: string;
}

export interface TopicResult {
  readonly name: string;
  readonly partitions: number;
  /** All replicas together, at the horizon. */
  readonly storageBytes: number;
  /** One replica of one partition. */
  readonly partitionBytes: number;
}

/** Loads of one broker. */
export interface BrokerLoad {
  readonly produceInBytesPerSec: number;
  readonly replicationInBytesPerSec: number;
  readonly consumeOutBytesPerSec: number;
  readonly replicationOutBytesPerSec: number;
  readonly networkInBytesPerSec: number;
  readonly networkOutBytesPerSec: number;
  readonly diskWriteBytesPerSec: number;
  readonly diskReadBytesPerSec: number;
  readonly storageBytes: number;
  readonly pageCacheBytes: number;
  readonly heapBytes: number;
  readonly memoryBytes: number;
  readonly cpuCores: number;
  readonly partitionReplicas: number;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** One of the eight figures that a person has to decide, with its reason in a sentence. */
export interface Decision {
  readonly what: string;
  readonly value: string;
  readonly because: string;
}

/** A sized cluster; everything in it is finite. */
export interface Sizing {
  readonly schemaVersion: 1;
  readonly workload: Workload;
  readonly machine: MachineClass;
  readonly brokers: number;
  readonly controllers: number;
  readonly zookeeper: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly topics: readonly TopicResult[];
  readonly perBroker: BrokerLoad;
  readonly resources: readonly ResourceResult[];
  readonly binding: ResourceName;
  /** What would bind if the binding resource were no limit. */
  readonly nextBinding: ResourceName;
  /** By how much the load may grow until one more broker is needed: 0.2 is a fifth. 0 when it does not fit. */
  readonly headroom: number;
  /** Every resource is within its target after the tolerated failure; can be false only when `brokers` was set by hand. */
  readonly fits: boolean;
  readonly afterFailure: {
    readonly what: string;
    readonly brokersLost: number;
    readonly brokersLeft: number;
    /** Includes making the lost replicas again. */
    readonly perBroker: BrokerLoad;
    /** To make the lost replicas again with all that the others have to spare; null when they have nothing. */
    readonly rebuildHours: number | null;
  };
  readonly decisions: readonly Decision[];
  readonly warnings: readonly Warning[];
}
