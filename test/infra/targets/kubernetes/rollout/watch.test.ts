import assert from "node:assert/strict";
import { test } from "node:test";
import type { V1ContainerState, V1Pod } from "@kubernetes/client-node";
import { isDue, KafkaView, serversOf } from "../../../../../infra/targets/kubernetes/rollout/kafka.ts";
import { conditionOf, type LiveNode } from "../../../../../infra/targets/kubernetes/rollout/live.ts";
import { Watch, type WatchOptions } from "../../../../../infra/targets/kubernetes/rollout/watch.ts";

interface Pod {
  readonly uid?: string;
  readonly ready?: boolean;
  readonly state?: V1ContainerState;
  readonly restartCount?: number;
  readonly outdated?: boolean;
}

const RUNNING: V1ContainerState = { running: {} };
const NO_IMAGE: V1ContainerState = { waiting: { reason: "ImagePullBackOff", message: "no such host" } };

function live({ uid = "u1", ready = false, state = RUNNING, restartCount = 0, outdated = false }: Pod): LiveNode {
  const status = { name: "kafka", image: "kafka:4", imageID: "", ready, restartCount, state };
  const object: V1Pod = {
    metadata: { uid },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }], containerStatuses: [status] },
  };
  const node = { id: 1, pod: "dev-broker-1", roles: ["broker"] as const };
  const set = { statefulSet: "dev-broker", kind: "broker" as const, nodes: [node] };
  return { ...node, set, object, is: conditionOf(object), outdated };
}

/** A watch of one node with a clock that the test sets. */
function watching(options: Partial<WatchOptions> & { readonly external?: Record<string, string> } = {}) {
  const clock = { now: 0 };
  const { external = {}, ...more } = options;
  const args = { external, imageHint: "load the image" };
  const watch = new Watch({ args, told: {}, retry: false, crashes: 3, clock: () => clock.now, ...more });
  const see = (pod: Pod, now = clock.now) => {
    clock.now = now;
    return watch.see([live(pod)], () => [])[0]!;
  };
  return { watch, see };
}

test("watch: trouble becomes a fault when it lasts, and not when it passes in between", () => {
  const { see } = watching();
  assert.equal(see({ state: NO_IMAGE }, 0).fault, undefined);
  assert.equal(see({ state: NO_IMAGE }, 19_999).fault, undefined);
  assert.deepEqual(see({ state: NO_IMAGE }, 20_000).fault, {
    reason: "cannot get image kafka:4: no such host",
    next: "load the image",
    ofProcess: false,
  });
  see({}, 21_000);
  assert.equal(see({ state: NO_IMAGE }, 22_000).fault, undefined);
  assert.equal(see({ uid: "u2", state: NO_IMAGE }, 60_000).fault, undefined, "another pod");
});

test("watch: a pod is stale when it is outdated, or tells clients what it should not; ours is so no more", () => {
  const { watch, see } = watching({ external: { 1: ":2" }, told: { 1: ":1" } });
  assert.equal(see({ ready: true }).stale, true);
  watch.took({ id: 1, is: "ready" });
  const next = see({ uid: "u2" });
  assert.deepEqual([next.stale, next.owed], [false, true]);
  assert.deepEqual([see({ uid: "u2", ready: true }).owed, watch.told], [false, { 1: ":2" }]);
  assert.equal(see({ uid: "u2", ready: true, outdated: true }).stale, true);
  assert.equal(
    watching({ external: { 1: ":2" } }).see({ ready: true }).stale,
    false,
    "a new node was told at its start",
  );
});

test("watch: a pod that was in trouble before the first look gets a new start, once, where there is a state", () => {
  const again = watching({ retry: true });
  assert.equal(again.see({ state: NO_IMAGE }).stale, true);
  assert.equal(again.see({ uid: "u2", state: NO_IMAGE }).stale, false);
  assert.equal(watching({ retry: false }).see({ state: NO_IMAGE }).stale, false);
});

test("watch: restarts before the first look are forgiven", () => {
  const { see } = watching();
  const ended = { terminated: { exitCode: 1 } };
  assert.equal(see({ state: ended, restartCount: 9 }).fault, undefined);
  assert.equal(see({ state: ended, restartCount: 10 }).fault, undefined);
  assert.match(see({ state: ended, restartCount: 11 }).fault?.reason ?? "", /its process ended 3 times/);
});

const STATE = { brokers: [], partitions: [], quorum: null };

test("Kafka that never answers is waited for a while, told once, and asked again later", async () => {
  let now = 0;
  let answer: () => typeof STATE = () => {
    throw new Error("no broker answers");
  };
  let asked = 0;
  const warnings: string[] = [];
  const view = new KafkaView({
    kraft: true,
    warn: (message) => warnings.push(message),
    clock: () => now,
    read: async () => {
      asked++;
      return answer();
    },
  });
  assert.equal(await view.look([], false), null, "nobody to ask");
  assert.equal(await view.look(["a:1"], false), "Kafka does not answer: no broker answers");
  now = 15_000;
  assert.equal(await view.look(["a:1"], false), null);
  now = 74_000;
  assert.equal(await view.look(["a:1"], false), null);
  assert.equal(asked, 2, "not each time");
  now = 75_000;
  assert.equal(await view.look(["a:1"], false), null);
  assert.equal(asked, 3);
  assert.equal(warnings.length, 1);
  answer = () => STATE;
  now = 140_000;
  assert.equal(await view.look(["a:1"], false), STATE);
  answer = () => {
    throw new Error("gone");
  };
  now = 900_000;
  assert.equal(
    await view.look(["a:1"], false),
    "Kafka does not answer: gone",
    "it did before: nothing goes by readiness alone",
  );
});

test("Kafka that is silent although a broker serves there is waited for: readiness does not decide", async () => {
  let now = 0;
  const warn = (message: string) => assert.fail(message);
  const read = () => Promise.reject(new Error("no broker answers"));
  const view = new KafkaView({ kraft: true, warn, clock: () => now, read });
  for (now of [0, 15_000, 600_000]) {
    const said = await view.look(["a:1"], true);
    assert.ok(typeof said === "string", `${now}`);
    assert.match(said, /^Kafka does not answer: no broker answers(; check .*: up --allow-unavailable)?$/);
    assert.equal(said.includes("--allow-unavailable"), now >= 15_000);
  }
});

test("Kafka is due to answer once a broker that serves tells clients what it should", () => {
  const args = { external: { 1: ":1", 2: ":2", 3: "" } };
  const serves = (id: number, told: Record<string, string>, is: "ready" | "up" = "ready") =>
    isDue(args, told, [{ id, is }]);
  assert.equal(serves(1, { 1: ":1" }), true);
  assert.equal(serves(1, { 1: ":1" }, "up"), false);
  assert.equal(serves(1, { 1: ":9" }), false, "it has yet to restart with its new address");
  assert.equal(serves(3, { 3: "" }), false, "it has none");
  assert.equal(serves(1001, {}), false, "no broker");
});

test("Kafka is asked at what brokers tell clients, before and after the change", () => {
  const args = { external: { 1: ":30001", 2: "kafka.example:9" } };
  const before = { told: { 1: ":30009", 2: "" } };
  assert.deepEqual(serversOf(args, before, { 1: "10.0.0.1" }), ["10.0.0.1:30001", "kafka.example:9", "10.0.0.1:30009"]);
  assert.deepEqual(serversOf({ external: { 1: ":1" } }, {}, {}), [], "its machine is not known");
});
