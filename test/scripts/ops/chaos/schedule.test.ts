import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FAULTS, senseless } from "../../../../scripts/ops/chaos/faults.ts";
import { choose, randomOf, schedule } from "../../../../scripts/ops/chaos/schedule.ts";

const options = fc.record({
  seed: fc.nat(),
  faults: fc.subarray([...FAULTS], { minLength: 1 }),
  times: fc.option(fc.integer({ min: 1, max: 3 })),
  durationMs: fc.integer({ min: 0, max: 600_000 }),
  pauseMs: fc.integer({ min: 1_000, max: 60_000 }),
});

test("the same seed gives the same faults", () => {
  fc.assert(fc.property(options, (one) => assert.deepEqual(schedule(one), schedule(one))));
});

test("at least one fault, none that was not asked for, and each once before any comes again", () => {
  fc.assert(
    fc.property(options, (one) => {
      const names = schedule(one).map(({ fault }) => fault.name);
      assert.ok(names.length > 0);
      for (let from = 0; from < names.length; from += one.faults.length) {
        const round = names.slice(from, from + one.faults.length);
        assert.equal(new Set(round).size, round.length);
        assert.ok(round.every((name) => one.faults.some((fault) => fault.name === name)));
      }
      if (one.times !== null) assert.equal(names.length, one.times * one.faults.length);
    }),
  );
});

test("it is bounded: a longer run has no fewer faults, and their holds and calms fit into it", () => {
  fc.assert(
    fc.property(options, fc.nat(300_000), (one, more) => {
      const planned = schedule({ ...one, times: null });
      assert.ok(schedule({ ...one, times: null, durationMs: one.durationMs + more }).length >= planned.length);
      const takesMs = planned.reduce((sum, { holdMs, calmMs }) => sum + holdMs + calmMs, 0);
      assert.ok(planned.length === 1 || takesMs <= one.durationMs);
    }),
  );
});

test("every candidate can be chosen, and nothing is chosen of none", () => {
  const random = randomOf(7);
  const chosen = new Set(Array.from({ length: 100 }, () => choose([1, 2, 3], random())));
  assert.deepEqual([...chosen].toSorted(), [1, 2, 3]);
  assert.equal(choose([], 0.5), undefined);
});

const nodes = (...roles: ("broker" | "controller" | "zookeeper")[]) => [{ roles }] as never;
const sense: readonly (readonly [fault: string, plan: Parameters<typeof senseless>[1], why: RegExp | null])[] = [
  ["kill-broker", { target: "local", nodes: nodes("broker") }, null],
  ["kill-broker", { target: "kubernetes", nodes: nodes("broker") }, null],
  ["pause-broker", { target: "docker", nodes: nodes("broker") }, null],
  ["pause-broker", { target: "kubernetes", nodes: nodes("broker") }, /no pause/],
  ["cut-broker", { target: "local", nodes: nodes("broker") }, null],
  ["cut-broker", { target: "kubernetes", nodes: nodes("broker") }, /network plugin/],
  ["slow-broker", { target: "local", nodes: nodes("broker") }, null],
  ["slow-broker", { target: "docker", nodes: nodes("broker") }, /speed is not ours/],
  ["clock-ahead-broker", { target: "local", nodes: nodes("broker") }, null],
  ["expire-broker", { target: "docker", nodes: nodes("broker") }, /clock of their machine/],
  ["kill-zookeeper-leader", { target: "local", nodes: nodes("broker", "controller") }, /has no ZooKeeper/],
  ["kill-zookeeper-leader", { target: "local", nodes: nodes("zookeeper") }, null],
];

for (const [name, plan, why] of sense)
  test(`${name} on ${plan.target} ${why ? "makes no sense" : "makes sense"}`, () => {
    const found = senseless(FAULTS.find((fault) => fault.name === name)!, plan);
    if (why) assert.match(found!, why);
    else assert.equal(found, null);
  });

test("how long a node is frozen, cut off, slow or at another time is asked for; how long it is gone is not", () => {
  const held = (action: string) => {
    const faults = FAULTS.filter((fault) => fault.action === action);
    return new Set(schedule({ seed: 1, faults, times: 1, durationMs: 1, pauseMs: 50_000 }).map(({ holdMs }) => holdMs));
  };
  for (const action of ["pause", "cut", "slow", "clock-ahead", "clock-behind", "expire"])
    assert.deepEqual([...held(action)], [50_000], action);
  for (const action of ["kill", "fill"]) assert.deepEqual([...held(action)], [12_000], action);
  assert.deepEqual([...held("roll")], [0]);
});
