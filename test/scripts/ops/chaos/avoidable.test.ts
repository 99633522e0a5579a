import assert from "node:assert/strict";
import { test } from "node:test";
import { changeFigures } from "../../../../scripts/ops/chaos/avoidable.ts";
import type { SendEntry } from "../../../../scripts/ops/chaos/history.ts";

const EVERY_MS = 100;

/** Acknowledged ten times a second, except in a gap. */
function sends(partition: number, gap: readonly [fromMs: number, toMs: number] = [-1, -1]): SendEntry[] {
  const times = Array.from({ length: 300 }, (_, i) => i * EVERY_MS);
  return times
    .filter((at) => at <= gap[0] || at >= gap[1])
    .map(
      (at) =>
        ({
          partition,
          invokedMs: at - 10,
          endedMs: at,
          outcome: "acked",
          transaction: null,
          failures: [],
        }) as unknown as SendEntry,
    );
}

const refused = (atMs: number, kind: string): SendEntry => ({
  ...sends(0)[0]!,
  invokedMs: atMs,
  endedMs: atMs + 500,
  failures: [{ kind, mayBeStored: false }],
});

const ROLL = { fromMs: 10_000, toMs: 20_000 };
const NONE = { count: 1, refused: 0, longestStallMs: EVERY_MS, passed: true };

const rows: readonly (readonly [name: string, sends: readonly SendEntry[], wanted: object])[] = [
  ["nothing happened", [...sends(0), ...sends(1)], NONE],
  [
    "a partition stood still",
    [...sends(0), ...sends(1, [12_000, 17_500])],
    { ...NONE, longestStallMs: 5_500, passed: false },
  ],
  ["for less than the limit", [...sends(0), ...sends(1, [12_000, 16_900])], { ...NONE, longestStallMs: 4_900 }],
  ["before the roll", [...sends(0), ...sends(1, [1_000, 9_000])], NONE],
  ["from before the roll into it", sends(0, [8_000, 16_000]), { ...NONE, longestStallMs: 6_000, passed: false }],
  [
    "acks=all was refused",
    [...sends(0), refused(12_000, "NOT_ENOUGH_REPLICAS")],
    { ...NONE, refused: 1, passed: false },
  ],
  [
    "after the append",
    [...sends(0), refused(19_900, "NOT_ENOUGH_REPLICAS_AFTER_APPEND")],
    { ...NONE, refused: 1, passed: false },
  ],
  ["after the roll", [...sends(0), refused(20_500, "NOT_ENOUGH_REPLICAS")], NONE],
  [
    "a transaction could not be verified",
    [...sends(0), { ...refused(12_000, "NOT_ENOUGH_REPLICAS"), transaction: "t" }],
    NONE,
  ],
  ["a leader had moved", [...sends(0), refused(12_000, "NOT_LEADER_FOR_PARTITION")], NONE],
  ["nobody sent anything", [], { ...NONE, longestStallMs: 0, passed: false }],
];

for (const [name, given, wanted] of rows)
  test(`while nodes were rolled: ${name}`, () => assert.deepEqual(changeFigures(given, [ROLL]), wanted));

test("each roll is looked at, and without one there is no verdict", () => {
  const later = { fromMs: 22_000, toMs: 29_000 };
  assert.equal(changeFigures(sends(0, [23_000, 28_500]), [ROLL, later])?.passed, false);
  assert.equal(changeFigures(sends(0), []), null);
});
