/** What a workload asks of a whole cluster, and of each broker of it. */
import * as formula from "./formulas.ts";
import { type PartitionNeed, partitionNeed } from "./partitions.ts";
import type { BrokerLoad } from "./result.ts";
import type { Workload } from "./workload.ts";

/** Totals of the cluster at the horizon; rates at the peak, as they go over the wire. */
export interface Demand {
  readonly workload: Workload;
  readonly write: number;
  readonly read: number;
  readonly replicationFactor: number;
  /** All replicas. */
  readonly storageBytes: number;
  readonly partitions: PartitionNeed;
}

export function demandOf(workload: Workload, replicationFactor: number): Demand {
  const growth = formula.growthFactor(workload.growthPerYear, workload.horizonYears);
  const write = (workload.peakProduceBytesPerSec / workload.compressionRatio) * growth;
  return {
    workload,
    write,
    read: formula.consumeRate(write, workload.fanOut),
    replicationFactor,
    storageBytes: storageOf(workload, replicationFactor) * growth,
    partitions: partitionNeed(workload, write),
  };
}

/** What is kept follows from the average rate, not from the peak. */
function storageOf({ retention, produceBytesPerSec, compressionRatio }: Workload, replicationFactor: number): number {
  if (retention.by === "time")
    return formula.storageForTime(produceBytesPerSec / compressionRatio, retention.ms, replicationFactor);
  if (retention.by === "size") return retention.bytes * replicationFactor;
  return formula.storageForCompaction(retention.liveBytes, replicationFactor);
}

/** How many brokers there are, and how many of them carry the load. */
export interface Situation {
  readonly brokers: number;
  readonly alive: number;
}

/** Seconds of writes that the page cache holds, by latency class; 30 is Kafka's own advice. */
const BUFFER_SECONDS = { low: 60, normal: 30, relaxed: 10 };

/**
 * The even part of one of the living brokers. When some are lost, it includes making their replicas again within
 * `rebuildHours`.
 */
export function brokerLoad(demand: Demand, situation: Situation): BrokerLoad {
  const { workload, write, read, replicationFactor } = demand;
  const each = (total: number) => formula.perBroker(total, situation.alive);
  const replication = formula.replicationRate(write, replicationFactor);
  const rebuild = each(lostBytes(demand, situation) / (workload.rebuildHours * 3_600));
  const diskWriteBytesPerSec = each(formula.diskWriteRate(write, replicationFactor)) + rebuild;
  const partitionReplicas = each(demand.partitions.total(situation.brokers) * replicationFactor);
  const heapBytes = workload.heapBytes ?? formula.heapForReplicas(partitionReplicas);
  const pageCacheBytes = formula.pageCache(diskWriteBytesPerSec, BUFFER_SECONDS[workload.latency]);
  return {
    produceInBytesPerSec: each(write),
    replicationInBytesPerSec: each(replication) + rebuild,
    consumeOutBytesPerSec: each(read),
    replicationOutBytesPerSec: each(replication) + rebuild,
    networkInBytesPerSec: each(write + replication) + rebuild,
    networkOutBytesPerSec: each(read + replication) + rebuild,
    diskWriteBytesPerSec,
    diskReadBytesPerSec: each(read * workload.cacheMissShare) + rebuild,
    storageBytes: each(demand.storageBytes),
    pageCacheBytes,
    heapBytes,
    memoryBytes: heapBytes + pageCacheBytes,
    cpuCores: formula.busyCores(each(formula.writeEquivalentRate(write, read, replicationFactor))),
    partitionReplicas,
  };
}

/** Bytes that the lost brokers held. */
export const lostBytes = ({ storageBytes }: Demand, { brokers, alive }: Situation): number =>
  (storageBytes * (brokers - alive)) / brokers;
