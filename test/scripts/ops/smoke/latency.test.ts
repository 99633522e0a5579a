import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { percentile, summarizeLatency } from "../../../../scripts/ops/smoke/latency.ts";

test("percentiles by nearest rank", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(percentile(hundred, 50), 50);
  assert.equal(percentile(hundred, 99), 99);
  assert.equal(percentile(hundred, 100), 100);
  assert.equal(percentile([7], 99), 7);
  assert.equal(percentile([15, 20, 35, 40, 50], 30), 20);
  assert.throws(() => percentile([], 50), RangeError);
});

test("a percentile is a sample, at least `rank` percent of samples do not exceed it, and no smaller one will do", () => {
  const samples = fc.array(fc.float({ noNaN: true, min: 0 }), { minLength: 1 });
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 100 }), (values, rank) => {
      const found = percentile(values, rank);
      const share = (limit: number) => (100 * values.filter((value) => value <= limit).length) / values.length;
      assert.ok(values.includes(found));
      assert.ok(share(found) >= rank - 1e-9);
      const smaller = values.filter((value) => value < found);
      if (smaller.length > 0) assert.ok(share(Math.max(...smaller)) < rank);
    }),
  );
});

test("a summary needs both kinds of samples, and rounds to 10 µs", () => {
  assert.equal(summarizeLatency({ produceMs: [1], endToEndMs: [] }), null);
  assert.deepEqual(summarizeLatency({ produceMs: [1.23456, 2], endToEndMs: [3] }), {
    produceMs: { p50: 1.23, p99: 2 },
    endToEndMs: { p50: 3, p99: 3 },
  });
});
