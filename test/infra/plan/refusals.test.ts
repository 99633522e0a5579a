import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Holdings, leavers, refusals } from "../../../infra/plan/refusals.ts";

const brokers = (count: number) => ({
  mode: "kraft" as const,
  kafkaVersion: "4.3.1",
  voters: [1, 2, 3],
  listeners: Array.from({ length: count }, (_, i) => [`INTERNAL@${i + 1}`, `EXTERNAL@${i + 1}`]).flat(),
});

describe("a broker that would go", () => {
  const rows: readonly (readonly [what: string, held: Holdings | undefined, refused: RegExp | undefined])[] = [
    ["holds nothing", new Map([[1, 20]]), undefined],
    ["holds nothing, as is said of it", new Map([[4, 0]]), undefined],
    [
      "holds replicas",
      new Map([[4, 7]]),
      /^brokers\.count: broker 4, 5 would go, and broker 4 holds 7 replicas; .*--drain 4$/,
    ],
    [
      "cannot be asked",
      "no broker answers",
      /nobody tells whether it holds replicas \(no broker answers\).*--drain 4 5$/,
    ],
    ["was not asked about", undefined, /nobody tells whether it holds replicas \(nobody was asked\)/],
  ];
  for (const [what, held, refused] of rows)
    it(`${what}: ${refused ? "refused" : "fine"}`, () => {
      const reasons = refusals(brokers(5), brokers(3), held).map(({ reason }) => reason);
      assert.equal(reasons.length, refused ? 1 : 0);
      if (refused) assert.match(reasons[0]!, refused);
    });

  it("is asked about only when nothing else forbids the change", () => {
    assert.deepEqual(leavers(brokers(5), brokers(3)), [4, 5]);
    assert.deepEqual(leavers(brokers(3), brokers(5)), []);
    assert.deepEqual(leavers(brokers(5), { ...brokers(3), voters: [1] }), []);
  });
});
