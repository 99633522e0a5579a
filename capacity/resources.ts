/** The resources that can run out: what each needs of a broker, what a broker has, and how full it may get. */
import type { MachineClass } from "./machine.ts";
import type { BrokerLoad, ResourceName, ResourceResult } from "./result.ts";
import type { Latency, Workload } from "./workload.ts";

/** Recommended most partition replicas of one broker. Source: Confluent, 200K partitions per cluster (rule of thumb). */
export const REPLICAS_PER_BROKER = 4_000;

export interface Resource {
  readonly unit: ResourceResult["unit"];
  needed(load: BrokerLoad): number;
  have(machine: MachineClass): number;
  /** How much of it may be in use after a failure, 0 to 1. */
  target(workload: Pick<Workload, "latency">): number;
  readonly formula: string;
  readonly source: string;
}

/** Queues grow long before a resource is full: the quicker the answers, the emptier it has to be. */
const byLatency = (shares: Readonly<Record<Latency, number>>) => (workload: Pick<Workload, "latency">) =>
  shares[workload.latency];
const always = (share: number) => () => share;

const THROUGHPUT = byLatency({ low: 0.6, normal: 0.8, relaxed: 0.9 });
const CPU = byLatency({ low: 0.5, normal: 0.7, relaxed: 0.85 });
const CRUISE_CONTROL = "Cruise Control's default capacity thresholds for normal latency";

export const MACHINE_RESOURCES: Readonly<Record<Exclude<ResourceName, "replication">, Resource>> = {
  "network-in": {
    unit: "bytesPerSec",
    needed: (load) => load.networkInBytesPerSec,
    have: (machine) => machine.networkBytesPerSec,
    target: THROUGHPUT,
    formula: "W·RF / brokers + rebuild",
    source: `Redpanda documentation, sizing; target: ${CRUISE_CONTROL}`,
  },
  "network-out": {
    unit: "bytesPerSec",
    needed: (load) => load.networkOutBytesPerSec,
    have: (machine) => machine.networkBytesPerSec,
    target: THROUGHPUT,
    formula: "W·(G + RF − 1) / brokers + rebuild",
    source: `AWS Big Data blog, right-sizing Kafka clusters; target: ${CRUISE_CONTROL}`,
  },
  "disk-throughput": {
    unit: "bytesPerSec",
    needed: (load) => load.diskWriteBytesPerSec + load.diskReadBytesPerSec,
    have: (machine) => machine.disk.bytesPerSec,
    target: THROUGHPUT,
    formula: "(W·RF + W·G·cache misses) / brokers + 2·rebuild",
    source: "AWS Big Data blog, right-sizing Kafka clusters; reads: those that the page cache does not serve",
  },
  storage: {
    unit: "bytes",
    needed: (load) => load.storageBytes,
    have: (machine) => machine.disk.sizeBytes,
    target: always(0.8),
    formula: "average W·retention·RF / brokers; compaction: live / (1 − dirty ratio)·RF / brokers",
    source: `Oracle OCNADD benchmarking guide; min.cleanable.dirty.ratio; target: ${CRUISE_CONTROL}`,
  },
  memory: {
    unit: "bytes",
    needed: (load) => load.memoryBytes,
    have: (machine) => machine.memoryBytes,
    target: always(0.9),
    formula: "heap (1 GiB + 1 MiB per replica, at most 6 GiB) + disk writes·buffer seconds",
    source: "Apache Kafka documentation, hardware and OS (30 s of writes); a tenth stays for the system",
  },
  cpu: {
    unit: "cores",
    needed: (load) => load.cpuCores,
    have: (machine) => machine.cores,
    target: CPU,
    formula: "(W·RF + (C + W·(RF − 1)) / 4) / 20 MB/s / brokers",
    source: `Google Cloud, Managed Service for Apache Kafka, plan cluster size; target: ${CRUISE_CONTROL}`,
  },
  partitions: {
    unit: "replicas",
    needed: (load) => load.partitionReplicas,
    have: () => REPLICAS_PER_BROKER,
    target: always(1),
    formula: "partitions·RF / brokers",
    source: "Confluent, 200K partitions per cluster (4,000 a broker, rule of thumb)",
  },
};
