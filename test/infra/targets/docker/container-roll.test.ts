import assert from "node:assert/strict";
import { test } from "node:test";
import { ContainerRoll, type ContainerRollOptions } from "../../../../infra/targets/docker/container-roll.ts";
import { RollGate, type RollOptions } from "../../../../infra/targets/roll-gate.ts";
import type { GateNode, GateState } from "../../../../scripts/ops/gate/state.ts";
import { FakeClock } from "../../../helpers/fake-clock.ts";

const PLANNED = [1, 2, 3];
const node = (id: number): GateNode => ({ id, roles: ["broker"] });

interface World {
  readonly clock: FakeClock;
  readonly roll: ContainerRoll;
  /** What was done to the cluster, in order. */
  readonly done: string[];
  readonly down: Set<number>;
  /** Out of the ISR. */
  readonly behind: Set<number>;
}

/** Three brokers with one partition on all of them; whoever is told to go is down until `afterCreate`. */
function world(gateOptions: Partial<RollOptions> = {}, options: Partial<ContainerRollOptions> = {}): World {
  const clock = new FakeClock();
  const [done, down, behind]: [string[], Set<number>, Set<number>] = [[], new Set(), new Set()];
  const observe = async (): Promise<GateState> => {
    const isr = PLANNED.filter((id) => !down.has(id) && !behind.has(id));
    const partition = { topic: "orders", partition: 0, leader: isr[0] ?? null, replicas: PLANNED, isr, minIsr: 2 };
    return { brokers: PLANNED.filter((id) => !down.has(id)), partitions: [partition], quorum: null };
  };
  const gate = new RollGate({
    ...{ order: PLANNED, terms: { allowUnavailable: false }, observe, clock },
    ...{ isRunning: (id) => !down.has(id), elect: async () => {}, log: () => {}, patienceMs: 60_000, ...gateOptions },
  });
  const roll = new ContainerRoll({
    gate,
    back: { beforeStart: async () => {}, afterStop: async ({ id }) => void done.push(`aside ${id}`) },
    emptying: { stopped: async () => {}, removed: async () => {}, served: () => {} },
    isPlanned: ({ id }) => PLANNED.includes(id),
    stop: async ({ id }) => void done.push(`stop ${id}`),
    ...options,
  });
  return { clock, roll, done, down, behind };
}

/** As the engine deletes a container for good or for a replacement. */
const deleted = async ({ roll, done, down }: World, id: number): Promise<void> => {
  await roll.beforeDelete(node(id));
  done.push(`deleted ${id}`);
  down.add(id);
};

const created = async ({ roll, done, down }: World, id: number): Promise<void> => {
  await roll.beforeCreate(node(id));
  down.delete(id);
  done.push(`created ${id}`);
  await roll.afterCreate(node(id));
  await roll.answered(node(id));
};

test("a creation that comes long after its deletion lets no other node go", async () => {
  const cluster = world();
  await deleted(cluster, 1);
  const others = [deleted(cluster, 2), deleted(cluster, 3)];
  const ended = Promise.allSettled(others);
  // Of what is 60 s of patience: an engine that is busy, or an image that is loaded.
  while (cluster.clock.now() < 50_000) await cluster.clock.sleep(0);
  assert.deepEqual(cluster.done, ["deleted 1"]);
  await created(cluster, 1);
  await Promise.race(others);
  assert.deepEqual(cluster.done.slice(0, 3), ["deleted 1", "created 1", "deleted 2"]);
  await created(cluster, 2);
  await ended;
  assert.deepEqual(cluster.done.slice(3), ["created 2", "deleted 3"]);
});

test("a creation that never comes fails those that wait, and takes none of them down", async () => {
  const cluster = world();
  await deleted(cluster, 1);
  for (const result of await Promise.allSettled([deleted(cluster, 2), deleted(cluster, 3)]))
    assert.match(String("reason" in result && result.reason), /was left unchanged, because node 1 failed before it/);
  assert.deepEqual(cluster.done, ["deleted 1"]);
});

test("containers that were answered for and are deleted go for good: all of them, in order", async () => {
  const cluster = world();
  for (const id of PLANNED) await cluster.roll.answered(node(id));
  await Promise.all(PLANNED.map((id) => deleted(cluster, id)));
  assert.deepEqual(cluster.done.slice(0, 3), ["stop 1", "stop 2", "stop 3"]);
});

test("one that the engine did not answer for waits until another shows that all goes", async () => {
  const cluster = world();
  cluster.behind.add(3);
  await cluster.roll.answered(node(2));
  const first = deleted(cluster, 1);
  await cluster.clock.sleep(1_000);
  assert.equal(cluster.done.length, 0);
  await Promise.all([first, deleted(cluster, 2)]);
  assert.ok(cluster.done.includes("stop 1") && cluster.done.includes("stop 2"));
});

test("a program that runs for destroy spares nothing", async () => {
  const cluster = world({}, { destroying: true });
  await Promise.all(PLANNED.map((id) => deleted(cluster, id)));
  assert.deepEqual(cluster.done.slice(0, 3), ["stop 1", "stop 2", "stop 3"]);
});

test("a node that the plan no longer has stops without a turn, and its data is looked after", async () => {
  const cluster = world();
  await deleted(cluster, 4);
  assert.deepEqual(cluster.done, ["stop 4", "aside 4", "deleted 4"]);
});

test("new files that the container was made with already end its turn when the engine has done with it", async () => {
  const cluster = world();
  await cluster.roll.beforeFiles(node(1));
  cluster.roll.afterFiles(node(1));
  let passed = false;
  const second = cluster.roll.beforeFiles(node(2)).then(() => {
    passed = true;
  });
  // However long it takes: a deletion may still follow.
  while (cluster.clock.now() < 30_000) await cluster.clock.sleep(0);
  assert.equal(passed, false);
  await cluster.roll.answered(node(1));
  await second;
});

test("a node that did not stop and is out of sync all the same ends the roll, and that is told", async () => {
  const cluster = world();
  await cluster.roll.beforeFiles(node(1));
  cluster.roll.afterFiles(node(1));
  cluster.behind.add(1);
  const second = cluster.roll.beforeFiles(node(2));
  const refused = assert.rejects(second, /node 2 was left unchanged, because node 1 failed before it/);
  await assert.rejects(cluster.roll.answered(node(1)), /node 1 is not yet back in the ISR of orders-0/);
  await refused;
});

test("a replacement that fails ends the roll at once; what the engine only skips does not", async () => {
  const cluster = world();
  cluster.roll.failed(node(3));
  await deleted(cluster, 1);
  const second = deleted(cluster, 2);
  cluster.roll.failed(node(1));
  await assert.rejects(second, /because node 1 failed before it/);
  assert.ok(cluster.clock.now() < 10_000, "without waiting for its patience");
});
