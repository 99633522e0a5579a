import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type PlacementBroker, placeReplicas, wellPlaced } from "../../../../scripts/ops/topics/placement.ts";
import { partitionsOf, spread } from "./live-topics.ts";

const brokers = (racks: readonly (string | null)[]): PlacementBroker[] => racks.map((rack, i) => ({ id: i + 1, rack }));
const threeRacks = brokers(["a", "b", "c", "a", "b", "c"]);

describe("placeReplicas", () => {
  const rows = [
    {
      what: "all is well",
      racks: [null, null, null],
      replicas: [
        [1, 2],
        [2, 3],
      ],
      rf: 2,
      moves: {},
    },
    {
      what: "grows on the emptiest broker",
      racks: [null, null, null],
      replicas: [[1], [1], [2]],
      rf: 2,
      moves: { 0: [1, 3], 1: [1, 2], 2: [2, 3] },
    },
    { what: "grows on a free rack", racks: ["a", "a", "b"], replicas: [[1]], rf: 2, moves: { 0: [1, 3] } },
    {
      what: "shrinks, and the preferred leader stays",
      racks: [null, null, null],
      replicas: [[3, 1, 2]],
      rf: 1,
      moves: { 0: [3] },
    },
    {
      what: "shrinks where a rack is shared",
      racks: ["a", "b", "b"],
      replicas: [[2, 1, 3]],
      rf: 2,
      moves: { 0: [2, 1] },
    },
    {
      what: "leaves a broker that is gone",
      racks: [null, null, null],
      replicas: [[9, 1]],
      rf: 2,
      moves: { 0: [1, 2] },
    },
    { what: "uses a rack that is free", racks: ["a", "a", "b"], replicas: [[1, 2]], rf: 2, moves: { 0: [1, 3] } },
  ];
  for (const { what, racks, replicas, rf, moves } of rows)
    it(what, () => {
      const found = placeReplicas(partitionsOf(replicas), rf, brokers(racks));
      assert.deepEqual(Object.fromEntries(found.map(({ partition, to }) => [partition, to])), moves);
    });

  it("drops a replica that is out of sync first", () => {
    const [partition] = partitionsOf([[1, 2, 3]]);
    const [move] = placeReplicas([{ ...partition!, isr: [2, 3] }], 2, brokers([null, null, null]));
    assert.deepEqual(move?.to, [2, 3]);
  });

  const clusters = fc.record({
    racks: fc.array(fc.constantFrom("a", "b", "c", null), { minLength: 1, maxLength: 9 }),
    replicas: fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 20,
    }),
    wanted: fc.integer({ min: 1, max: 9 }),
  });

  it("places every partition well, keeps all it can, and then has nothing left to do", () => {
    fc.assert(
      fc.property(clusters, ({ racks, replicas, wanted }) => {
        const rf = Math.min(wanted, racks.length);
        const known = brokers(racks);
        const before = partitionsOf(replicas);
        const after = new Map(placeReplicas(before, rf, known).map(({ partition, to }) => [partition, to]));
        const placed = before.map(({ partition, replicas }) => after.get(partition) ?? replicas);
        for (const [i, now] of placed.entries()) {
          assert.ok(wellPlaced(now, rf, known), `partition ${i}: ${now}`);
          if (wellPlaced(replicas[i]!, rf, known)) assert.deepEqual(new Set(now), new Set(replicas[i]));
        }
        assert.deepEqual(placeReplicas(partitionsOf(placed), rf, known), []);
      }),
    );
  });

  it("spreads evenly when it grows an even topic", () => {
    const sizes = fc.record({ count: fc.integer({ min: 1, max: 40 }), rf: fc.integer({ min: 2, max: 3 }) });
    fc.assert(
      fc.property(sizes, ({ count, rf }) => {
        for (const known of [threeRacks, brokers([null, null, null, null, null])]) {
          const before = Array.from({ length: count }, (_, i) => [known[i % known.length]!.id]);
          const placed = placeReplicas(partitionsOf(before), rf, known).map(({ to }) => to);
          const { max, min } = spread(placed, known);
          assert.ok(max - min <= 1, `${max} - ${min} over ${known.length} brokers`);
        }
      }),
    );
  });
});
