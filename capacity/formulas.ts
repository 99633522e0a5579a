/**
 * The arithmetic of Kafka's sizing, one formula each, in plain numbers: bytes, bytes per second, milliseconds. Nothing
 * here knows of machines or of failures; size.ts puts them together.
 */
import { GiB, MiB } from "./units.ts";

const DAY_MS = 86_400_000;

/** Bytes per second of records of one size. Source: definition; LinkedIn prints the result in MiB and calls it MB. */
export const recordRate = (recordsPerSec: number, recordBytes: number): number => recordsPerSec * recordBytes;

/**
 * Partitions for a topic's rates: max(⌈t/p⌉, ⌈t/c⌉).
 *
 * @param target bytes/s that the topic must carry.
 * @param perPartitionProduce bytes/s that a producer gets into one partition.
 * @param perPartitionConsume bytes/s that a consumer gets out of one.
 * Source: Jun Rao, How to choose the number of topics/partitions in a Kafka cluster.
 */
export function partitionsForRate(target: number, perPartitionProduce: number, perPartitionConsume: number): number {
  return Math.max(1, Math.ceil(target / perPartitionProduce), Math.ceil(target / perPartitionConsume));
}

/** The next multiple of the brokers, so that every broker leads as many of its partitions as the next. */
export const spreadEvenly = (partitions: number, brokers: number): number => Math.ceil(partitions / brokers) * brokers;

/** Bytes/s that followers fetch: W·(RF−1). Source: Redpanda documentation, sizing; Kafka's replication design. */
export const replicationRate = (write: number, replicationFactor: number): number => write * (replicationFactor - 1);

/** Bytes/s that all consumer groups read: W·G. */
export const consumeRate = (write: number, fanOut: number): number => write * fanOut;

/** Bytes/s that brokers write to disk together: W·RF; divided by the brokers it is the load of one. */
export const diskWriteRate = (write: number, replicationFactor: number): number => write * replicationFactor;

/** One broker's even part. Source: Redpanda documentation, sizing (writes/node = P·RF/N, reads/node = C/N). */
export const perBroker = (total: number, brokers: number): number => total / brokers;

/**
 * Bytes that a retention by time keeps: W·t·RF.
 * Source: Oracle OCNADD benchmarking guide (msg/s · retention · RF · size); Alibaba Cloud, estimating disk.
 */
export function storageForTime(write: number, retentionMs: number, replicationFactor: number): number {
  return ((write * retentionMs) / 1000) * replicationFactor;
}

/** Bytes per day of all replicas. Source: AxonOps capacity planning (P · 86400 · RF is 43.2 TB before replication). */
export const storagePerDay = (write: number, replicationFactor = 1): number =>
  storageForTime(write, DAY_MS, replicationFactor);

/**
 * Disk of one broker with room to spare: storage / N · f.
 *
 * @param freeSpaceFactor 1.2 leaves a sixth of the disk free. Source: AxonOps capacity planning.
 */
export const diskPerBroker = (storage: number, brokers: number, freeSpaceFactor: number): number =>
  (storage / brokers) * freeSpaceFactor;

/** Share of a compacted log that may be garbage before it is cleaned: Kafka's default of min.cleanable.dirty.ratio. */
const DIRTY_RATIO = 0.5;

/**
 * Bytes that compacted topics take: live / (1 − dirty) · RF, because a log is cleaned once half of it is garbage.
 * Source: Apache Kafka documentation, min.cleanable.dirty.ratio.
 */
export function storageForCompaction(liveBytes: number, replicationFactor: number, dirtyRatio = DIRTY_RATIO): number {
  return (liveBytes / (1 - dirtyRatio)) * replicationFactor;
}

/** Load after so many years: (1 + g)^y times as much. */
export const growthFactor = (perYear: number, years: number): number => (1 + perYear) ** years;

/**
 * Page cache that keeps what was written in the last seconds, which is what consumers that keep up read.
 * Source: Apache Kafka documentation, hardware and OS: write throughput · 30.
 */
export const pageCache = (diskWrite: number, bufferSeconds = 30): number => diskWrite * bufferSeconds;

const LEAST_HEAP = 1 * GiB;
const MOST_HEAP = 6 * GiB;

/**
 * Java heap of a broker: 1 GiB and a fetch buffer (replica.fetch.max.bytes, 1 MiB) for each partition replica, at most
 * 6 GiB, because more serves the page cache better.
 * Source: Apache Kafka documentation, replica.fetch.max.bytes, and its account of LinkedIn's 6 GB heaps.
 */
export const heapForReplicas = (partitionReplicas: number): number =>
  Math.min(MOST_HEAP, LEAST_HEAP + partitionReplicas * MiB);

/** Reading costs a broker a quarter of what writing does. */
const READ_COST = 1 / 4;
/** Written bytes per second that one vCPU can handle when it does nothing else. */
const RATE_PER_VCPU = 20e6;

/**
 * What the cluster does, as if it only wrote: P·RF + (C + P·(RF−1)) / 4.
 * Source: Google Cloud, Managed Service for Apache Kafka, plan cluster size (write-equivalent rate).
 */
export function writeEquivalentRate(produce: number, consume: number, replicationFactor: number): number {
  return (
    diskWriteRate(produce, replicationFactor) + (consume + replicationRate(produce, replicationFactor)) * READ_COST
  );
}

/** vCPUs that a write-equivalent rate keeps busy; a fraction. Source: as writeEquivalentRate (20 MB/s each). */
export const busyCores = (writeEquivalent: number): number => writeEquivalent / RATE_PER_VCPU;

/** Whole vCPUs at a utilisation from 0 to 1. Source: as writeEquivalentRate. */
export const coresNeeded = (writeEquivalent: number, utilisation: number): number =>
  Math.ceil(busyCores(writeEquivalent) / utilisation);

/** Memory that goes with vCPUs: 4 GiB each. Source: as writeEquivalentRate. */
export const memoryForCores = (cores: number): number => cores * 4 * GiB;

/**
 * Brokers by rate and by partitions: max(⌈P·RF/cap⌉, ⌈partitions/max⌉, 3). Source: AxonOps capacity planning.
 *
 * @param brokerRate bytes/s that one broker writes.
 */
export function brokersByRate(
  produce: number,
  replicationFactor: number,
  brokerRate: number,
  partitions: number,
  partitionsPerBroker: number,
): number {
  const byRate = Math.ceil(diskWriteRate(produce, replicationFactor) / brokerRate);
  return Math.max(byRate, Math.ceil(partitions / partitionsPerBroker), 3);
}

/** Produce rate at which storage throughput ends: t·B/RF. Source: AWS Big Data blog, right-sizing Kafka clusters. */
export const storageCeiling = (storageRate: number, brokers: number, replicationFactor: number): number =>
  (storageRate * brokers) / replicationFactor;

/** Produce rate at which the network ends: t·B/(G+RF−1). Source: as storageCeiling. */
export const networkCeiling = (
  networkRate: number,
  brokers: number,
  consumerGroups: number,
  replicationFactor: number,
): number => (networkRate * brokers) / (consumerGroups + replicationFactor - 1);

/**
 * Replicas and acknowledgements so that with f failures at once writes go on and no acknowledged record is lost:
 * minISR = f + 1, because one of the acknowledging replicas must be left, and RF = f + minISR, because minISR must be left.
 * Source: Apache Kafka documentation, replication and min.insync.replicas.
 */
export function replicasFor(failures: number): {
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
} {
  const minInsyncReplicas = failures + 1;
  return { replicationFactor: failures + minInsyncReplicas, minInsyncReplicas };
}

/** KRaft voters: 2f + 1 with f at least 1, so 3 or 5. Source: Apache Kafka documentation, KRaft. */
export const controllersFor = (failures: number): number => 2 * Math.max(1, failures) + 1;

/**
 * ZooKeeper nodes: 2·(f + 1) + 1, so 3, 5 or 7: one may be away for maintenance when others fail.
 * Source: ZooKeeper administrator's guide, clustered setup.
 */
export const zookeeperFor = (failures: number): number => 2 * (failures + 1) + 1;
