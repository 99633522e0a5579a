/** What is refused, and that everything wrong is told at once. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CATALOG } from "../../capacity/catalog.ts";
import { CapacityError } from "../../capacity/errors.ts";
import { sizeCluster } from "../../capacity/size.ts";
import { defineWorkload, evenTopics, type Workload } from "../../capacity/workload.ts";

type Given = Partial<Workload>;
const MB = 1e6;

function faultsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof CapacityError, String(error));
    for (const { message } of error.faults) assert.match(message, /^wanted .*, found ./);
    return error.faults.map(({ key }) => key);
  }
  return [];
}

describe("a workload that makes no sense", () => {
  const refused: readonly (readonly [name: string, given: Given, ...keys: string[]])[] = [
    ["no rate", { produceBytesPerSec: 0 }, "produceBytesPerSec"],
    ["a peak below the average", { peakProduceBytesPerSec: 1 }, "peakProduceBytesPerSec"],
    ["an infinite peak", { peakProduceBytesPerSec: Number.POSITIVE_INFINITY }, "peakProduceBytesPerSec"],
    ["records of nothing", { recordBytes: 0 }, "recordBytes"],
    ["negative readers", { fanOut: -1 }, "fanOut"],
    ["more than all reads from disk", { cacheMissShare: 1.1 }, "cacheMissShare"],
    ["no retention", { retention: { by: "time", ms: 0 } }, "retention"],
    ["compression that makes more of it", { compressionRatio: 0.5 }, "compressionRatio"],
    ["shrinking", { growthPerYear: -0.1 }, "growthPerYear"],
    ["no topics", { topics: [] }, "topics"],
    ["shares of half the load", { topics: [{ name: "a", share: 0.5, minPartitions: 1 }] }, "topics"],
    ["half a partition", { topics: [{ name: "a", share: 1, minPartitions: 0.5 }] }, "topics"],
    ["half a consumer", { parallelism: 0.5 }, "parallelism"],
    ["no racks", { racks: 0 }, "racks"],
    ["half a broker", { brokers: 0.5 }, "brokers"],
    ["a failure without a name", { mayFail: "two-racks" as never }, "mayFail"],
    ["a latency without a name", { latency: "lowest" as never }, "latency"],
    ["no heap", { heapBytes: 0 }, "heapBytes"],
    ["two of these", { recordBytes: 0, compressionRatio: 0 }, "recordBytes", "compressionRatio"],
  ];
  for (const [name, given, ...keys] of refused)
    test(name, () =>
      assert.deepEqual([...new Set(faultsOf(() => defineWorkload({ produceBytesPerSec: MB, ...given })))], keys),
    );

  test("is told with what was found", () =>
    assert.throws(() => defineWorkload({ produceBytesPerSec: MB, recordBytes: Number.NaN }), {
      name: "CapacityError",
      message: "recordBytes: wanted 1 byte or more, found NaN",
    }));
});

describe("a workload that no cluster carries", () => {
  const refused: readonly (readonly [name: string, given: Given, machine: string, ...keys: string[]])[] = [
    ["too much to keep", { retention: { by: "size", bytes: 1e15 } }, "laptop", "machine"],
    ["too many partitions", { topics: evenTopics(100), parallelism: 100_000 }, "m7g.xlarge", "machine"],
    ["a heap larger than memory", { heapBytes: 64 * 2 ** 30 }, "m7g.xlarge", "machine"],
    ["a second copy only", { replicationFactor: 2 }, "m7g.xlarge", "replicationFactor"],
    [
      "one acknowledgement and one copy",
      { replicationFactor: 1, minInsyncReplicas: 1 },
      "m7g.xlarge",
      "minInsyncReplicas",
      "replicationFactor",
    ],
    [
      "more acknowledgements than copies",
      { minInsyncReplicas: 4, replicationFactor: 3 },
      "laptop",
      "replicationFactor",
    ],
    ["fewer racks than copies", { mayFail: "rack", racks: 2 }, "m7g.xlarge", "racks"],
    ["as many brokers as may fail", { mayFail: "two-brokers", brokers: 2 }, "m7g.xlarge", "brokers"],
  ];
  for (const [name, given, machine, ...keys] of refused)
    test(name, () => {
      const workload = defineWorkload({ produceBytesPerSec: MB, ...given });
      assert.deepEqual(
        faultsOf(() => sizeCluster(workload, CATALOG[machine]!)),
        keys,
      );
    });
});
