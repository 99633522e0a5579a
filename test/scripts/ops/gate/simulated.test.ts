import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mayStop } from "../../../../scripts/ops/gate/may-stop.ts";
import { nextToRestart } from "../../../../scripts/ops/gate/next.ts";
import { leaves, returned } from "../../../../scripts/ops/gate/returned.ts";
import { type Shape, SimulatedCluster } from "./simulated.ts";

const anyTopic = fc.record({
  replicas: fc.integer({ min: 1, max: 4 }),
  minIsr: fc.integer({ min: 1, max: 4 }),
  offset: fc.nat(6),
});
const anyShape: fc.Arbitrary<Shape> = fc
  .record({
    brokers: fc.integer({ min: 1, max: 7 }),
    voters: fc.constantFrom(1, 2, 3, 5),
    combined: fc.boolean(),
    topics: fc.array(anyTopic, { maxLength: 8 }),
  })
  .map((shape) => ({
    ...shape,
    topics: shape.topics.map(({ replicas, minIsr, offset }) => {
      const factor = Math.min(replicas, shape.brokers);
      return { replicas: factor, minIsr: Math.min(minIsr, factor), offset };
    }),
  }));

const anyStep = fc.record({
  what: fc.constantFrom("stop", "stop", "start", "catch up", "catch up"),
  of: fc.nat(11),
  partition: fc.nat(7),
});

for (const allowUnavailable of [false, true])
  test(`whoever is stopped when the gate says so, in any order: min ISR and majority hold${allowUnavailable ? " as far as they can" : ""}`, () => {
    let stops = 0;
    fc.assert(
      fc.property(anyShape, fc.array(anyStep, { maxLength: 60 }), (shape, steps) => {
        const cluster = new SimulatedCluster(shape);
        for (const { what, of, partition } of steps) {
          const node = cluster.nodes[of % cluster.nodes.length]!;
          if (what === "start") cluster.start(node.id);
          if (what === "catch up") cluster.catchUp(node.id, partition);
          if (what !== "stop" || cluster.isDown(node.id)) continue;
          if (mayStop(node, cluster.state, { allowUnavailable }).may !== "now") continue;
          cluster.stop(node.id);
          stops++;
          const { partitions, quorum } = cluster.state;
          for (const { isr, minIsr, replicas } of partitions) {
            const floor = allowUnavailable ? Math.min(minIsr, replicas.length - 1) : minIsr;
            assert.ok(isr.length >= floor, `${isr.length} in sync of ${replicas.length}, min ISR ${minIsr}`);
          }
          const voters = quorum!.voters;
          const current = voters.filter(({ caughtUpAgoMs }) => caughtUpAgoMs! < 5_000).length;
          const majority = Math.floor(voters.length / 2) + 1;
          assert.ok(current >= (allowUnavailable ? Math.min(majority, voters.length - 1) : majority));
        }
      }),
      { numRuns: 2_000 },
    );
    assert.ok(stops > 500, `${stops} stops happened`);
  });

test("a roll of a cluster that can spare its nodes ends, whatever comes back first, with all where they were", () => {
  fc.assert(
    fc.property(anyShape, fc.infiniteStream(fc.nat(1_000)), (shape, luck) => {
      const cluster = new SimulatedCluster(shape);
      const before = cluster.state.partitions.map(({ isr }) => [...isr].toSorted());
      const waiting = new Map(cluster.nodes.map((node) => [node.id, node]));
      const terms = { allowUnavailable: true };
      const order = [...waiting.keys()];
      while (waiting.size > 0) {
        const next = nextToRestart([...waiting.values()], order, cluster.state, terms);
        assert.ok(next.action === "restart", JSON.stringify(next));
        const node = waiting.get(next.id)!;
        const left = leaves(node.id, cluster.state);
        cluster.stop(node.id);
        cluster.start(node.id);
        while (!returned(node, left, cluster.state).back)
          cluster.catchUp(node.id, luck.next().value % Math.max(1, shape.topics.length));
        waiting.delete(node.id);
      }
      assert.deepEqual(
        cluster.state.partitions.map(({ isr }) => [...isr].toSorted()),
        before,
      );
    }),
  );
});

test("a roll by racks costs no partition its min ISR, and takes brokers together", () => {
  let together = 0;
  fc.assert(
    fc.property(anyShape, fc.integer({ min: 1, max: 4 }), (shape, racks) => {
      const cluster = new SimulatedCluster({ ...shape, racks });
      const waiting = new Map(cluster.nodes.map((node) => [node.id, node]));
      const order = [...waiting.keys()];
      while (waiting.size > 0) {
        const next = nextToRestart([...waiting.values()], order, cluster.state, {
          allowUnavailable: false,
          parallel: "rack",
        });
        if (next.action !== "restart") return; // By design: what the other properties are about.
        const going = [next.id, ...(next.with ?? [])].map((id) => waiting.get(id)!);
        const left = going.map(({ id }) => leaves(id, cluster.state));
        for (const { id } of going) cluster.stop(id);
        for (const { isr, minIsr } of cluster.state.partitions) assert.ok(isr.length >= minIsr);
        assert.equal(new Set(going.map(({ rack }) => rack)).size, 1);
        assert.ok(going.length === 1 || going.every(({ roles }) => roles.join() === "broker"));
        if (going.length > 1) together++;
        for (const { id } of going) {
          cluster.start(id);
          for (const partition of shape.topics.keys()) cluster.catchUp(id, partition);
          cluster.catchUp(id, 0);
          waiting.delete(id);
        }
        for (const [i, node] of going.entries()) assert.ok(returned(node, left[i]!, cluster.state).back);
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(together > 20, `${together} times`);
});
