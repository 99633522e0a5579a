import assert from "node:assert/strict";
import { test } from "node:test";
import { type Disturbed, disturb } from "../../../../scripts/commands/chaos/disturb.ts";
import { FAULTS } from "../../../../scripts/ops/chaos/faults.ts";
import type { ScheduledFault } from "../../../../scripts/ops/chaos/schedule.ts";

const planned = (...names: string[]): ScheduledFault[] =>
  names.map((name) => ({ fault: FAULTS.find((fault) => fault.name === name)!, pick: 0.5, holdMs: 20, calmMs: 1 }));

/** A cluster of nodes 1 to 3 that notes what is done to it. */
function world(replaced: Partial<Disturbed> = {}) {
  const done: string[] = [];
  const note = (what: string) => async (node?: number) => void done.push(node === undefined ? what : `${what} ${node}`);
  const cluster: Disturbed = {
    victims: async () => [1, 2, 3],
    kill: note("kill"),
    begin: async (what, node) => void done.push(`${what} ${node}`),
    end: async (what, node) => void done.push(`no ${what} ${node}`),
    change: async (what) => void done.push(what),
    up: note("up"),
    whole: async () => {
      done.push("whole");
      return true;
    },
    now: () => done.length,
    say: () => {},
    ...replaced,
  };
  return { done, cluster };
}

const never = new AbortController().signal;

test("one after the other: broken, healed, whole, and only then the next", async () => {
  const { done, cluster } = world();
  const results = await disturb(planned("kill-broker", "pause-broker"), cluster, never);
  assert.deepEqual(done, ["kill 2", "up", "whole", "pause 2", "no pause 2", "whole"]);
  assert.deepEqual(
    results.map(({ node, note, healedMs }) => [node, note, healedMs !== null]),
    [
      [2, null, true],
      [2, null, true],
    ],
  );
});

test("a change takes its own time, and heals nothing unless it fails", async () => {
  const { done, cluster } = world();
  const [result] = await disturb(planned("roll"), cluster, never);
  assert.deepEqual([done, result!.node, result!.note], [["roll", "whole"], null, null]);
  const failing = world({ change: () => Promise.reject(new Error("refused")) });
  const [failed] = await disturb(planned("two-ups"), failing.cluster, never);
  assert.deepEqual([failing.done, failed!.note], [["up", "whole"], "refused"]);
});

test("a node whose disk was full is freed, then started", async () => {
  const { done, cluster } = world();
  await disturb(planned("fill-broker"), cluster, never);
  assert.deepEqual(done, ["fill 2", "no fill 2", "up", "whole"]);
});

for (const action of ["clock-ahead", "clock-behind", "expire"])
  test(`a node whose clock was another is started again: ${action}`, async () => {
    const { done, cluster } = world();
    await disturb(planned(`${action}-broker`), cluster, never);
    assert.deepEqual(done, [`${action} 2`, `no ${action} 2`, "kill 2", "up", "whole"]);
  });

for (const action of ["cut", "slow"])
  test(`what lasts is ended, and needs nothing else: ${action}`, async () => {
    const { done, cluster } = world();
    await disturb(planned(`${action}-broker`), cluster, never);
    assert.deepEqual(done, [`${action} 2`, `no ${action} 2`, "whole"]);
  });

test("a pause is bounded beyond its hold", async () => {
  const limits: number[] = [];
  const { cluster } = world({ begin: async (_what, _node, limitMs) => void limits.push(limitMs) });
  await disturb(planned("pause-broker"), cluster, never);
  assert.ok(limits[0]! > 20);
});

const cutOff: readonly (readonly [fault: string, healed: readonly string[]])[] = [
  ["kill-broker", ["kill 2", "up", "whole"]],
  ["pause-broker", ["pause 2", "no pause 2", "whole"]],
];

for (const [fault, healed] of cutOff)
  test(`Ctrl-C while a node is broken heals it at once, and breaks no other: ${fault}`, async () => {
    const { done, cluster } = world();
    const [first, ...more] = planned(fault, "kill-controller", "pause-controller");
    const ended = new AbortController();
    setTimeout(() => ended.abort(), 50);
    const started = performance.now();
    await disturb([{ ...first!, holdMs: 60_000 }, ...more], cluster, ended.signal);
    assert.deepEqual(done, healed);
    assert.ok(performance.now() - started < 30_000);
  });

test("healing that was broken off is done once more, and said", async () => {
  let ups = 0;
  const { done, cluster } = world({
    up: async () => {
      if (++ups === 1) throw new Error("cut off");
    },
  });
  const [result] = await disturb(planned("kill-broker"), cluster, never);
  assert.deepEqual([ups, done, result!.note], [2, ["kill 2", "whole"], "cut off"]);
});

const notDone: readonly (readonly [name: string, replaced: Partial<Disturbed>, note: RegExp, healed: boolean])[] = [
  ["nobody leads now", { victims: async () => [] }, /there is no broker now/, false],
  ["nobody answers who leads", { victims: () => Promise.reject(new Error("silence")) }, /silence/, false],
  ["the node does not run", { kill: () => Promise.reject(new Error("does not run")) }, /does not run/, true],
];

for (const [name, replaced, note, heals] of notDone)
  test(`what could not be done is told: ${name}`, async () => {
    const { done, cluster } = world(replaced);
    const [result] = await disturb(planned("kill-broker"), cluster, never);
    assert.match(result!.note!, note);
    assert.equal(done.includes("up"), heals);
  });

test("a cluster that does not become whole is told", async () => {
  const { cluster } = world({ whole: async () => false });
  const [result] = await disturb(planned("kill-broker"), cluster, never);
  assert.equal(result!.healedMs, null);
});
