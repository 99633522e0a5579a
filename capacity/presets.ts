/**
 * Named starting points: a workload, a machine class and why. Their sizes come out of the same model as anybody's, so each
 * number of a preset can be explained; a test pins them.
 */
import { GiB, MiB } from "./units.ts";
import { defineWorkload, evenTopics, type Workload } from "./workload.ts";

export interface Preset {
  /** For whom it is, in one sentence. */
  readonly purpose: string;
  /** Why its workload is as it is. */
  readonly reasoning: string;
  /** Name of a machine class of the catalogue. */
  readonly machine: string;
  readonly workload: Workload;
  /** Heap of a dedicated controller or a ZooKeeper node, in bytes: the model does not size those. */
  readonly controllerHeapBytes: number;
}

const MB = 1e6;
const DAY = 86_400_000;
const kept = (days: number) => ({ by: "time", ms: days * DAY }) as const;

export const PRESETS = {
  dev: {
    purpose: "a laptop: three small nodes, enough to see replication and failover",
    reasoning: "hardly any load, so what may fail decides: three brokers are the fewest that can lose one and go on",
    machine: "laptop",
    controllerHeapBytes: 128 * MiB,
    workload: defineWorkload({
      produceBytesPerSec: 0.25 * MB,
      peakProduceBytesPerSec: 1 * MB,
      fanOut: 2,
      retention: kept(1),
      parallelism: 3,
      heapBytes: 512 * MiB,
    }),
  },
  small: {
    purpose: "a team's shared cluster with a few MB/s",
    reasoning: "a service's events at business hours, read twice, kept for a week; small machines with network disks",
    machine: "m7g.large",
    controllerHeapBytes: 512 * MiB,
    workload: defineWorkload({
      produceBytesPerSec: 1 * MB,
      peakProduceBytesPerSec: 5 * MB,
      fanOut: 2,
      compressionRatio: 2,
      growthPerYear: 0.3,
      topics: evenTopics(20),
      parallelism: 6,
    }),
  },
  standard: {
    purpose: "production for most workloads: several services, tens of MB/s at the peak",
    reasoning: "three readers of everything, three days to mend a reader, a third more load each year",
    machine: "m7g.xlarge",
    controllerHeapBytes: 1 * GiB,
    workload: defineWorkload({
      produceBytesPerSec: 12 * MB,
      peakProduceBytesPerSec: 40 * MB,
      fanOut: 3,
      compressionRatio: 2,
      growthPerYear: 0.3,
      retention: kept(3),
      topics: evenTopics(50),
      parallelism: 12,
    }),
  },
  throughput: {
    purpose: "as many bytes as possible, kept for a day, where answers may take a little longer",
    reasoning: "local NVMe for the rate, few cache misses because readers keep up, resources filled further",
    machine: "i3en.3xlarge",
    controllerHeapBytes: 2 * GiB,
    workload: defineWorkload({
      produceBytesPerSec: 250 * MB,
      peakProduceBytesPerSec: 500 * MB,
      fanOut: 2,
      cacheMissShare: 0.05,
      compressionRatio: 2,
      retention: kept(1),
      topics: evenTopics(100),
      parallelism: 36,
      latency: "relaxed",
    }),
  },
  durable: {
    purpose: "records that must not be lost: two brokers may fail at once and writes go on",
    reasoning: "two failures ask for five replicas, three of which acknowledge; resources half empty for quick answers",
    machine: "i3en.2xlarge",
    controllerHeapBytes: 1 * GiB,
    workload: defineWorkload({
      produceBytesPerSec: 10 * MB,
      peakProduceBytesPerSec: 30 * MB,
      fanOut: 3,
      cacheMissShare: 0.2,
      compressionRatio: 2,
      topics: evenTopics(50),
      parallelism: 12,
      mayFail: "two-brokers",
      latency: "low",
    }),
  },
  "log-collection": {
    purpose: "logs of many machines on their way to a store",
    reasoning: "small records that compress well, high peaks when things go wrong, three days to mend the store",
    machine: "i3en.3xlarge",
    controllerHeapBytes: 1 * GiB,
    workload: defineWorkload({
      produceBytesPerSec: 100 * MB,
      peakProduceBytesPerSec: 400 * MB,
      recordBytes: 500,
      fanOut: 2,
      compressionRatio: 4,
      growthPerYear: 0.5,
      retention: kept(3),
      topics: evenTopics(30),
      parallelism: 24,
      latency: "relaxed",
    }),
  },
  "activity-tracking": {
    purpose: "what users of a site do, read by many",
    reasoning: "tiny records, evening peaks of three times the average, five groups of readers, a week to recompute",
    machine: "i3en.3xlarge",
    controllerHeapBytes: 1 * GiB,
    workload: defineWorkload({
      produceBytesPerSec: 40 * MB,
      peakProduceBytesPerSec: 120 * MB,
      recordBytes: 300,
      fanOut: 5,
      compressionRatio: 3,
      growthPerYear: 0.4,
      topics: evenTopics(40),
      parallelism: 24,
    }),
  },
  "stream-processing": {
    purpose: "input, intermediate and output topics of stream processors",
    reasoning: "every record passes several topics within the cache, so retention is short and parallelism high",
    machine: "i4i.4xlarge",
    controllerHeapBytes: 1 * GiB,
    workload: defineWorkload({
      produceBytesPerSec: 80 * MB,
      peakProduceBytesPerSec: 160 * MB,
      fanOut: 3,
      cacheMissShare: 0.02,
      compressionRatio: 2,
      retention: kept(1),
      topics: evenTopics(60),
      parallelism: 48,
      latency: "low",
    }),
  },
  "data-hub": {
    purpose: "the company's exchange: hundreds of topics, many readers, three zones",
    reasoning: "a zone may fail; eight groups read everything, some of them late and from disk",
    machine: "i3en.6xlarge",
    controllerHeapBytes: 2 * GiB,
    workload: defineWorkload({
      produceBytesPerSec: 60 * MB,
      peakProduceBytesPerSec: 200 * MB,
      fanOut: 8,
      cacheMissShare: 0.2,
      compressionRatio: 2.5,
      growthPerYear: 0.4,
      topics: evenTopics(300),
      parallelism: 12,
      mayFail: "rack",
      racks: 3,
    }),
  },
  "event-sourcing": {
    purpose: "events that are the record itself, kept for years and read again from the beginning",
    reasoning: "a low rate and a long memory: half of the reads come from disk, two brokers may fail",
    machine: "i3en.3xlarge",
    controllerHeapBytes: 1 * GiB,
    workload: defineWorkload({
      produceBytesPerSec: 0.06 * MB,
      peakProduceBytesPerSec: 5 * MB,
      fanOut: 4,
      cacheMissShare: 0.5,
      compressionRatio: 2,
      growthPerYear: 0.3,
      horizonYears: 2,
      retention: kept(5 * 365),
      topics: evenTopics(40, 12),
      parallelism: 12,
      mayFail: "two-brokers",
      latency: "low",
    }),
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;
