import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type IsrPartition, isrState, partitionsNeeding } from "../../../scripts/kafka/isr.ts";

const partition = (replicas: number[], isr: number[], minIsr: number): IsrPartition => ({
  topic: "t",
  partition: 0,
  leader: isr[0] ?? null,
  replicas,
  isr,
  minIsr,
});

describe("partitionsNeeding", () => {
  const rows = [
    { what: "all in sync", of: partition([1, 2, 3], [1, 2, 3], 2), needs: [] },
    { what: "one down: the others are needed", of: partition([1, 2, 3], [1, 3], 2), needs: [1, 3] },
    { what: "a replica that is out of sync may go", of: partition([1, 2, 3], [1, 3], 1), needs: [] },
    { what: "the last in-sync replica must stay", of: partition([1, 2, 3], [2], 1), needs: [2] },
    { what: "a single replica cannot be spared ever, so it holds nothing up", of: partition([1], [1], 1), needs: [] },
    { what: "nor one whose min ISR asks for all", of: partition([1, 2], [1, 2], 2), needs: [] },
  ];
  for (const { what, of, needs } of rows)
    it(what, () => {
      const needed = [1, 2, 3].filter((id) => partitionsNeeding(id, isrState([of])).length > 0);
      assert.deepEqual(needed, needs);
    });
});

describe("isrState", () => {
  it("sorts partitions by what ails them", () => {
    const { offline, underReplicated, underMinIsr } = isrState([
      partition([1, 2, 3], [1, 2, 3], 2),
      partition([1, 2, 3], [1, 2], 2),
      partition([1, 2, 3], [1], 2),
      partition([1, 2, 3], [], 2),
    ]);
    assert.deepEqual([offline.length, underReplicated.length, underMinIsr.length], [1, 3, 2]);
  });
});
