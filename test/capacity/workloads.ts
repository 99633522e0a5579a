/** Random workloads and machines, for properties and for the benchmark. */
import fc from "fast-check";
import { CATALOG } from "../../capacity/catalog.ts";
import { defineWorkload, type Retention, type TopicLoad, type Workload } from "../../capacity/workload.ts";

/** Every order of magnitude is as likely as the next. */
const magnitude = (least: number, most: number): fc.Arbitrary<number> =>
  fc.double({ min: Math.log10(least), max: Math.log10(most), noNaN: true }).map((power) => 10 ** power);
/** Nothing, or something that can be told from it: no workload has a fan-out of 1e-320. */
const share = fc.double({ min: 0, max: 1, noNaN: true }).map((part) => (part < 1e-9 ? 0 : part));
const upTo = (most: number): fc.Arbitrary<number> => share.map((part) => part * most);

const HOUR_MS = 3_600_000;
const retention: fc.Arbitrary<Retention> = fc.oneof(
  magnitude(HOUR_MS, 90 * 24 * HOUR_MS).map((ms) => ({ by: "time" as const, ms })),
  magnitude(1e9, 1e14).map((bytes) => ({ by: "size" as const, bytes })),
  magnitude(1e6, 1e13).map((liveBytes) => ({ by: "compaction" as const, liveBytes })),
);

/** From all alike to a first one that carries almost everything (Zipf). */
const topicsOf = (most: number): fc.Arbitrary<TopicLoad[]> =>
  fc
    .record({ count: magnitude(1, most), skew: upTo(3), keys: fc.integer({ min: 1, max: 50 }) })
    .map(({ count, skew, keys }) => {
      const weights = Array.from({ length: Math.round(count) }, (_, i) => (i + 1) ** -skew);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return weights.map((weight, i) => ({ name: `t${i}`, share: weight / sum, minPartitions: 1 + (i % keys) }));
    });

/** Replicas follow from what may fail; a rack may fail only where there are enough of them. */
const failures = fc.oneof(
  fc.record({ mayFail: fc.constantFrom("nothing", "broker", "two-brokers"), racks: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ mayFail: fc.constant("rack"), racks: fc.integer({ min: 3, max: 6 }) }),
);

/** A workload that makes sense, though perhaps no cluster of a class can carry it. */
export const workloads = (mostTopics = 50): fc.Arbitrary<Workload> =>
  fc
    .record({
      produceBytesPerSec: magnitude(1e5, 1e9),
      peakFactor: upTo(4).map((more) => 1 + more),
      recordBytes: magnitude(1, 1e6),
      fanOut: upTo(20),
      cacheMissShare: share,
      retention,
      compressionRatio: upTo(9).map((more) => 1 + more),
      growthPerYear: upTo(2),
      horizonYears: upTo(3),
      topics: topicsOf(mostTopics),
      parallelism: fc.integer({ min: 1, max: 200 }),
      partitionProduceBytesPerSec: magnitude(1e6, 1e8),
      partitionConsumeBytesPerSec: magnitude(1e6, 1e8),
      failures,
      latency: fc.constantFrom("low", "normal", "relaxed"),
      rebuildHours: magnitude(1, 1_000),
    })
    .map(({ peakFactor, failures, ...workload }) =>
      defineWorkload({
        ...workload,
        ...failures,
        peakProduceBytesPerSec: workload.produceBytesPerSec * peakFactor,
      }),
    );

/** At the ends of what is allowed. */
export const extremes: fc.Arbitrary<Workload> = fc
  .record({
    produceBytesPerSec: fc.constantFrom(Number.MIN_VALUE, 1, Number.MAX_SAFE_INTEGER),
    fanOut: fc.constantFrom(0, 10_000),
    cacheMissShare: fc.constantFrom(0, 1),
    retention: fc.constantFrom<Retention[]>(
      { by: "time", ms: 1 },
      { by: "time", ms: Number.MAX_SAFE_INTEGER },
      { by: "size", bytes: 1 },
      { by: "compaction", liveBytes: Number.MAX_SAFE_INTEGER },
    ),
    compressionRatio: fc.constantFrom(1, 1_000),
    growthPerYear: fc.constantFrom(0, 100),
    horizonYears: fc.constantFrom(0, 20),
    parallelism: fc.constantFrom(1, 100_000),
    partitionProduceBytesPerSec: fc.constantFrom(1, Number.MAX_SAFE_INTEGER),
    rebuildHours: fc.constantFrom(0.1, 10_000),
    replicationFactor: fc.constantFrom(undefined, 1, 1_000),
    brokers: fc.constantFrom(undefined, 1, 1_000),
  })
  .map(defineWorkload);

export const machines = fc.constantFrom(...Object.values(CATALOG));
