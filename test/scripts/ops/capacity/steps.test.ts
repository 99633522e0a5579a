import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CATALOG } from "../../../../capacity/catalog.ts";
import type { MachineClass } from "../../../../capacity/machine.ts";
import { PRESETS } from "../../../../capacity/presets.ts";
import { RESOURCES } from "../../../../capacity/result.ts";
import { sizeCluster } from "../../../../capacity/size.ts";
import { defineWorkload, evenTopics, type Workload } from "../../../../capacity/workload.ts";
import { explain, explainText } from "../../../../scripts/ops/capacity/explain.ts";

const machine = CATALOG["m7g.xlarge"] as MachineClass;
const plain = { produceBytesPerSec: 20e6, peakProduceBytesPerSec: 60e6, topics: evenTopics(7) };

/** What the presets do not have between them. */
const odd: Readonly<Record<string, Workload>> = {
  "by size, growing": defineWorkload({
    ...plain,
    retention: { by: "size", bytes: 3e11 },
    growthPerYear: 0.5,
    horizonYears: 2,
  }),
  compacted: defineWorkload({ ...plain, retention: { by: "compaction", liveBytes: 2e11 }, compressionRatio: 3 }),
  "nothing may fail": defineWorkload({ ...plain, mayFail: "nothing", retention: { by: "time", ms: 3_600_000 } }),
  "a rack may fail": defineWorkload({ ...plain, mayFail: "rack", racks: 4, latency: "low" }),
  "by hand": defineWorkload({ ...plain, replicationFactor: 4, minInsyncReplicas: 3, heapBytes: 5e9, brokers: 3 }),
  "no readers": defineWorkload({ ...plain, fanOut: 0, cacheMissShare: 0 }),
};

const cases: readonly (readonly [name: string, workload: Workload, machine: MachineClass])[] = [
  ...Object.entries(PRESETS).map(
    ([name, preset]) => [name, preset.workload, CATALOG[preset.machine] as MachineClass] as const,
  ),
  ...Object.entries(odd).map(([name, workload]) => [name, workload, machine] as const),
];

const near = (found: number | undefined, wanted: number) =>
  assert.ok(found !== undefined && Math.abs(found - wanted) <= 1e-9 * wanted, `found ${found}, wanted ${wanted}`);

describe("the arithmetic that is shown comes to the model's figures", () => {
  for (const [name, workload, machine] of cases)
    test(name, () => {
      const sizing = sizeCluster(workload, machine);
      for (const resource of RESOURCES) {
        const explanation = explain(sizing, resource);
        const value = (step: string) => explanation.steps.find(({ name }) => name === step)?.value;
        near(value("now"), explanation.resource.needed);
        near(value("after"), explanation.resource.neededAfterFailure);
        assert.doesNotMatch(explainText(sizing, explanation, 80), /NaN|Infinity|undefined/);
      }
    });
});

test("an explanation as it is read", () => {
  const workload = defineWorkload({ produceBytesPerSec: 10e6, growthPerYear: 0.5, horizonYears: 2, brokers: 5 });
  const sizing = sizeCluster(workload, machine);
  assert.deepEqual(explainText(sizing, explain(sizing, "storage"), 80).split("\n").slice(6), [
    "S       kept on all brokers: average / compression × retention × RF × growth",
    "        = 10 MB/s / 1 × 7d × 3 × (1 + 0.5)^2 = 40.8 TB",
    "now     of each broker: S / brokers",
    "        = 40.8 TB / 5 = 8.16 TB",
    "after   of each that is left: S / left",
    "        = 40.8 TB / 4 = 10.2 TB",
    "",
    "have: 2.2 TB, in use 371.3% now, 464.1% with one broker lost",
    "target: at most 80%: does not fit, 464.1% in use",
    "needs: 25 brokers; nothing needs more: it binds",
    "",
  ]);
});
