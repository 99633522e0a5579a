import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evaluate, movement } from "../../../../scripts/ops/rebalance/evaluate.ts";
import { planPlacement } from "../../../../scripts/ops/rebalance/plan.ts";
import { brokers, kinds, partitions, roundRobin } from "./model.ts";

const none = [null, null, null];

describe("evaluate", () => {
  const rows = [
    { what: "all well", racks: none, replicas: [[1], [2], [3]], found: [] },
    { what: "twice on a broker", racks: none, replicas: [[1, 1]], found: ["duplicate", "uneven replicas"] },
    { what: "too few", racks: none, replicas: [[1]], rf: 2, found: ["replication-factor"] },
    { what: "too many", racks: none, replicas: [[1, 2]], rf: 1, found: ["replication-factor"] },
    { what: "on a drained broker", racks: none, replicas: [[4, 1]], found: ["wrong-broker"] },
    { what: "a rack shared", racks: ["a", "a", "b"], replicas: [[1, 2]], found: ["racks"] },
    { what: "racks shared, more replicas than racks", racks: ["a", "a", "b"], replicas: [[1, 2, 3]], found: [] },
    {
      what: "all on one broker",
      racks: none,
      replicas: [[1], [1], [1], [1], [1], [1]],
      bytes: 1e9,
      found: [
        ...["uneven replicas", "uneven replicas", "uneven replicas"],
        ...["uneven bytes", "uneven bytes", "uneven bytes"],
      ],
    },
    {
      what: "one leads all that all have",
      racks: none,
      replicas: [
        [1, 2, 3],
        [1, 3, 2],
        [1, 2, 3],
        [1, 3, 2],
        [1, 2, 3],
        [1, 3, 2],
      ],
      found: ["uneven leaders", "uneven leaders", "uneven leaders"],
    },
    {
      what: "a small rack, which must have a replica of each",
      racks: ["a", "b", "b"],
      replicas: [
        [1, 2],
        [3, 1],
        [2, 1],
        [1, 3],
      ],
      found: [],
    },
  ];
  for (const { what, racks, replicas, rf, bytes = 0, found } of rows)
    it(what, () => {
      const over = { bytes, ...(rf === undefined ? {} : { replicationFactor: rf }) };
      assert.deepEqual(kinds(evaluate(partitions(replicas, over), brokers(racks)).violations), found);
    });
});

describe("planPlacement", () => {
  const rows = [
    {
      what: "all is well",
      racks: none,
      replicas: [
        [1, 2],
        [2, 3],
        [3, 1],
      ],
      rf: 2,
      moves: {},
    },
    {
      what: "grows where least is",
      racks: none,
      replicas: [[1], [1], [2]],
      rf: 2,
      moves: { 0: [1, 3], 1: [1, 2], 2: [2, 3] },
    },
    { what: "grows on a free rack", racks: ["a", "a", "b"], replicas: [[1]], rf: 2, moves: { 0: [1, 3] } },
    { what: "shrinks, and the preferred leader stays", racks: none, replicas: [[3, 1, 2]], rf: 1, moves: { 0: [3] } },
    {
      what: "shrinks where a rack is shared",
      racks: ["a", "b", "b"],
      replicas: [[2, 1, 3]],
      rf: 2,
      moves: { 0: [2, 1] },
    },
    { what: "drains, and who stays leads", racks: none, replicas: [[4, 1]], rf: 2, moves: { 0: [1, 2] } },
    { what: "uses a rack that is free", racks: ["a", "a", "b"], replicas: [[1, 2]], rf: 2, moves: { 0: [1, 3] } },
    {
      what: "changes leaders without a copy",
      racks: [null, null],
      replicas: [
        [1, 2],
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      rf: 2,
      moves: { 0: [2, 1], 1: [2, 1] },
    },
  ];
  for (const { what, racks, replicas, rf, moves } of rows)
    it(what, () => {
      const found = planPlacement(partitions(replicas, { replicationFactor: rf }), brokers(racks)).moves;
      assert.deepEqual(Object.fromEntries(found.map(({ partition, to }) => [partition, to])), moves);
    });

  it("drops a replica that is out of sync first", () => {
    const [one] = partitions([[1, 2, 3]], { replicationFactor: 2 });
    assert.deepEqual(planPlacement([{ ...one!, isr: [2, 3] }], brokers(none)).moves[0]?.to, [2, 3]);
  });

  it("evens out bytes by swapping large against small, and keeps the numbers", () => {
    const sizes = [9, 9, 9, 9, 1, 1, 1, 1].map((gb) => gb * 1e9);
    const before = sizes.map((bytes, p) => ({ ...partitions([[p < 4 ? 1 : 2]])[0]!, partition: p, bytes }));
    const { after, moves } = planPlacement(before, brokers([null, null]));
    // Until it is even enough: within the largest log of 20 GB each.
    const loads = after.loads.map(({ replicas, bytes }) => [replicas, bytes]);
    assert.deepEqual(loads, [
      [4, 28e9],
      [4, 12e9],
    ]);
    assert.equal(movement(moves).bytes, 10e9);
  });

  it("copies nothing for less than it is worth", () => {
    const sizes = [9, 9, 9, 9, 1, 1, 1, 1].map((mb) => mb * 1e6);
    const before = sizes.map((bytes, p) => ({ ...partitions([[p < 4 ? 1 : 2]])[0]!, partition: p, bytes }));
    assert.deepEqual(planPlacement(before, brokers([null, null])).moves, []);
  });

  it("scale 3 → 4 moves a quarter, of the bytes too", () => {
    const before = roundRobin(120, 3, [1, 2, 3], (p) => ((p % 7) + 1) * 1e9);
    const total = before.reduce((sum, { bytes }) => sum + 3 * bytes, 0);
    const { moves, after } = planPlacement(before, brokers([...none, null]));
    assert.equal(movement(moves).replicas, 90);
    assert.ok(Math.abs(movement(moves).bytes / total - 0.25) < 0.02, String(movement(moves).bytes / total));
    assert.deepEqual(after.violations, []);
  });

  it("spreads each topic too", () => {
    const { moves } = planPlacement(roundRobin(48, 3, [1, 2, 3]), brokers([...none, null]));
    const given = [...Map.groupBy(moves, ({ topic }) => topic).values()].map(({ length }) => length);
    assert.equal(given.length, 4);
    for (const count of given) assert.ok(count >= 4 && count <= 14, `${given}: each could give 9`);
  });

  it("refuses more replicas than brokers", () => {
    assert.throws(() => planPlacement(partitions([[1]], { replicationFactor: 4 }), brokers(none)), RangeError);
  });

  // Well under a second here; the limit leaves room for a machine that does other things too.
  it("is fast for thousands of partitions", () => {
    const racks = Array.from({ length: 12 }, (_, i) => "abc"[i % 3]!);
    const before = roundRobin(6_000, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9], (p) => ((p * 7919) % 13) * 1e9);
    const start = performance.now();
    const { after } = planPlacement(before, brokers(racks));
    assert.ok(performance.now() - start < 5_000, `${performance.now() - start} ms`);
    assert.deepEqual(after.violations, []);
  });
});
