import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { carriedOut, evaluate, movement } from "../../../../scripts/ops/rebalance/evaluate.ts";
import { planPlacement } from "../../../../scripts/ops/rebalance/plan.ts";
import { adding } from "../../../../scripts/ops/rebalance/types.ts";
import { anyCase, brokers, kinds, roundRobin } from "./model.ts";

describe("planPlacement, whatever lies there", () => {
  it("ends with the wanted number of replicas, none twice, on the wanted brokers, over as many racks as there can be", () => {
    fc.assert(
      fc.property(anyCase, ({ brokers, partitions }) => {
        const { moves, after } = planPlacement(partitions, brokers);
        const wrong = kinds(evaluate(carriedOut(partitions, moves), brokers).violations);
        assert.deepEqual(
          wrong.filter((kind) => !kind.startsWith("uneven")),
          [],
        );
        assert.deepEqual(kinds(after.violations), wrong, "what it says of the end is so");
      }),
    );
  });

  it("has the numbers of replicas even, racks or not", () => {
    fc.assert(
      fc.property(anyCase, ({ brokers, partitions }) => {
        const { after } = planPlacement(partitions, brokers);
        // Fractions of a rack's share and of a broker's, both to be rounded.
        for (const one of after.violations)
          if (one.kind === "uneven" && one.measure === "replicas")
            assert.ok(Math.abs(one.have - one.share) < Math.max(2, one.tolerance), JSON.stringify(after));
      }),
      { numRuns: 300 },
    );
  });

  it("has preferred leaders even, or none that another replica could take off the fullest", () => {
    fc.assert(
      fc.property(anyCase, ({ brokers, partitions }) => {
        const alike = partitions.map((one) => ({ ...one, weight: 1 }));
        const { moves, after } = planPlacement(alike, brokers);
        if (!kinds(after.violations).includes("uneven leaders")) return;
        const loads = new Map(after.loads.map(({ id, leaders }) => [id, leaders]));
        const excess = (id: number) => loads.get(id)! - after.shares.leaders.get(id)!;
        for (const { replicas } of carriedOut(alike, moves))
          for (const id of replicas) assert.ok(excess(replicas[0]!) - excess(id) <= 1 + 1e-6, JSON.stringify(after));
      }),
      { numRuns: 300 },
    );
  });

  it("moves nothing more when it is asked again", () => {
    fc.assert(
      fc.property(anyCase, ({ brokers, partitions }) => {
        const { moves } = planPlacement(partitions, brokers);
        assert.deepEqual(planPlacement(carriedOut(partitions, moves), brokers).moves, []);
      }),
    );
  });

  it("says the same whatever the order of brokers", () => {
    fc.assert(
      fc.property(anyCase, ({ brokers, partitions }) => {
        const { moves } = planPlacement(partitions, brokers);
        assert.deepEqual(planPlacement(partitions, brokers.toReversed()).moves, moves);
      }),
    );
  });

  it("leaves a partition alone that is right, when the load is even", () => {
    fc.assert(
      fc.property(anyCase, ({ brokers, partitions }) => {
        const { before, moves } = planPlacement(partitions, brokers);
        if (before.violations.length === 0) assert.deepEqual(moves, []);
      }),
    );
  });

  it("has every move name partition, replicas as they are, and others that differ", () => {
    fc.assert(
      fc.property(anyCase, ({ brokers, partitions }) => {
        for (const { topic, partition, from, to, bytes } of planPlacement(partitions, brokers).moves) {
          const origin = partitions.find((one) => one.topic === topic && one.partition === partition);
          assert.deepEqual([from, bytes], [origin?.replicas, origin?.bytes]);
          assert.notDeepEqual(from, to);
        }
      }),
    );
  });
});

describe("planPlacement moves little", () => {
  it("copies what is missing, and what some brokers have above their share, but no more", () => {
    fc.assert(
      fc.property(anyCase, ({ brokers, partitions }) => {
        const one = brokers.map(({ id }) => ({ id, rack: null }));
        const known = new Set(one.map(({ id }) => id));
        // Without racks, bytes and unlike factors: those may ask for more.
        const replicationFactor = Math.min(2, one.length);
        const light = partitions.map((partition) => {
          const replicas = partition.replicas.slice(0, replicationFactor);
          return { ...partition, replicas, isr: replicas, bytes: 0, replicationFactor };
        });
        const { moves, before } = planPlacement(light, one);
        const missing = light.reduce(
          (sum, { replicas, replicationFactor }) =>
            sum + Math.max(0, replicationFactor - replicas.filter((id) => known.has(id)).length),
          0,
        );
        const above = before.loads.reduce((sum, { id, replicas }) => {
          return sum + (known.has(id) ? Math.max(0, replicas - Math.floor(before.shares.replicas.get(id)! + 1e-6)) : 0);
        }, 0);
        const { replicas } = movement(moves);
        assert.ok(replicas <= missing + above, `${replicas} copies, ${missing} missing, ${above} above`);
      }),
      { numRuns: 300 },
    );
  });

  /** Even: each broker leads the same and holds the same. */
  const even = fc
    .record({ rounds: fc.integer({ min: 1, max: 40 }), old: fc.integer({ min: 3, max: 8 }) })
    .map(({ rounds, old }) => ({ count: rounds * old, ids: Array.from({ length: old }, (_, i) => i + 1) }));
  const plain = (count: number) => brokers(Array(count).fill(null));

  it("nothing where all is even", () => {
    fc.assert(
      fc.property(even, ({ count, ids }) => {
        assert.deepEqual(
          planPlacement(
            roundRobin(count, 3, ids, () => 1e9),
            plain(ids.length),
          ).moves,
          [],
        );
      }),
    );
  });

  it("scale-out: no more than the new broker's share, and only to it", () => {
    fc.assert(
      fc.property(even, ({ count, ids }) => {
        const before = roundRobin(count, 3, ids, () => 1e9);
        const { moves, after } = planPlacement(before, plain(ids.length + 1));
        const share = Math.ceil((count * 3) / (ids.length + 1));
        assert.ok(movement(moves).replicas <= share, `${movement(moves).replicas} > ${share}`);
        assert.ok(moves.every((move) => adding(move).every((id) => id === ids.length + 1)));
        assert.deepEqual(after.violations, []);
      }),
    );
  });

  it("drain: exactly what the broker held", () => {
    fc.assert(
      fc.property(even, ({ count, ids }) => {
        fc.pre(ids.length > 3);
        const before = roundRobin(count, 3, ids, () => 1e9);
        const held = before.filter(({ replicas }) => replicas.includes(ids.length)).length;
        const { moves } = planPlacement(before, plain(ids.length - 1));
        assert.equal(movement(moves).replicas, held);
      }),
    );
  });

  it("a third replica: exactly one copy of each partition", () => {
    fc.assert(
      fc.property(even, ({ count, ids }) => {
        const before = roundRobin(count, 2, ids, () => 1e9).map((one) => ({ ...one, replicationFactor: 3 }));
        assert.equal(movement(planPlacement(before, plain(ids.length)).moves).replicas, count);
      }),
    );
  });
});
