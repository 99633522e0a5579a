import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PoolKind } from "../../../../../infra/targets/kubernetes/pools.ts";
import { scaleSteps } from "../../../../../infra/targets/kubernetes/rollout/stop.ts";

const ROLES = {
  combined: ["broker", "controller"],
  broker: ["broker"],
  controller: ["controller"],
  zookeeper: ["zookeeper"],
} as const;

const setOf = (statefulSet: string, kind: PoolKind, ids: readonly number[]) => ({
  statefulSet,
  kind,
  nodes: ids.map((id, ordinal) => ({ id, pod: `${statefulSet}-${ordinal}`, roles: [...ROLES[kind]] })),
});

const shown = (...sets: ReturnType<typeof setOf>[]) =>
  scaleSteps({ sets }).map(({ left, graceMs }) => `${JSON.stringify(left)}${graceMs < 5_000 ? " at once" : ""}`);

test("stop: brokers of all racks first, then controllers at once", () => {
  const sets = [
    setOf("c", "controller", [1001, 1002, 1003]),
    setOf("b-0", "broker", [1, 3]),
    setOf("b-1", "broker", [2]),
  ];
  assert.deepEqual(shown(...sets), ['{"b-0":0,"b-1":0}', '{"c":0} at once']);
});

test("stop: ZooKeeper last", () => {
  assert.deepEqual(shown(setOf("z", "zookeeper", [2001]), setOf("b", "broker", [1, 2])), [
    '{"b":0}',
    '{"z":0} at once',
  ]);
});

test("stop: combined nodes one by one while a majority remains, across racks", () => {
  assert.deepEqual(shown(setOf("x-0", "combined", [1, 3, 5]), setOf("x-1", "combined", [2, 4])), [
    '{"x-0":2}',
    '{"x-1":1}',
    '{"x-0":0,"x-1":0} at once',
  ]);
  assert.deepEqual(shown(setOf("x", "combined", [1])), ['{"x":0}'], "a single one may take its time");
});

test("stop: a step takes the highest ordinals of its sets, and in the end nothing is left", () => {
  const anySets = fc
    .tuple(
      fc.constantFrom<PoolKind>("combined", "broker"),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 3 }),
    )
    .map(([kind, nodes, racks]) =>
      Array.from({ length: racks }, (_, rack) => {
        const ids = Array.from({ length: nodes }, (_, i) => i + 1).filter((id) => (id - 1) % racks === rack);
        return setOf(`${kind}-${rack}`, kind, ids);
      }).filter((set) => set.nodes.length > 0),
    );
  fc.assert(
    fc.property(anySets, (sets) => {
      const left = new Map(sets.map(({ statefulSet, nodes }) => [statefulSet, nodes.map(({ pod }) => pod)]));
      for (const step of scaleSteps({ sets })) {
        const taken = Object.entries(step.left).flatMap(([set, count]) => left.get(set)!.splice(count));
        assert.deepEqual(taken.toSorted(), [...step.pods].toSorted());
      }
      assert.deepEqual([...left.values()].flat(), []);
    }),
  );
});
