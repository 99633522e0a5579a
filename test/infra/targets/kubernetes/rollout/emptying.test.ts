import assert from "node:assert/strict";
import { test } from "node:test";
import type { V1Pod } from "@kubernetes/client-node";
import type { KubeApi } from "../../../../../infra/targets/kubernetes/api.ts";
import { KubeError } from "../../../../../infra/targets/kubernetes/api-errors.ts";
import type { RolloutArgs, RolloutSet } from "../../../../../infra/targets/kubernetes/rollout/args.ts";
import { PodEmptying } from "../../../../../infra/targets/kubernetes/rollout/emptying.ts";
import { HOLD } from "../../../../../infra/targets/kubernetes/rollout/hold.ts";
import { conditionOf, type Live } from "../../../../../infra/targets/kubernetes/rollout/live.ts";
import type { GateState } from "../../../../../scripts/ops/gate/state.ts";
import { FakeClock } from "../../../../helpers/fake-clock.ts";

const set: RolloutSet = {
  statefulSet: "tiny-broker",
  kind: "broker",
  nodes: [{ id: 2, pod: "tiny-2", roles: ["broker"] }],
};

const podOf = (finalizers: readonly string[], ends: boolean, runs: boolean): V1Pod => ({
  metadata: {
    ...{ name: "tiny-2", namespace: "tiny", uid: "u", finalizers: [...finalizers] },
    ...(ends ? { deletionTimestamp: new Date(0) } : {}),
  },
  status: { containerStatuses: [{ state: runs ? { running: {} } : { terminated: { exitCode: 0 } } } as never] },
});

const liveOf = (object: V1Pod): Live => ({
  ...{ missing: [], unseen: [], short: [], claims: [], withheld: [] },
  nodes: [{ ...set.nodes[0]!, set, object, is: conditionOf(object), outdated: false }],
});

/** @param isr what Kafka says, once node 2 has stopped, of a partition that lies on all three. */
function world(isr: readonly number[], replaces?: RolloutArgs["replaces"], signal = new AbortController().signal) {
  const done: string[] = [];
  /** Written by another program meanwhile; undefined: nothing was. */
  const changed: { pod?: V1Pod } = {};
  const api = {
    core: {
      async patchNamespacedPod({ body }: { readonly body: V1Pod }) {
        if (changed.pod && body.metadata?.resourceVersion !== changed.pod.metadata?.resourceVersion)
          throw new KubeError(409, "the object has been modified");
        done.push(`finalizers ${body.metadata?.finalizers?.join() || "none"}`);
      },
      readNamespacedPod: async () => changed.pod,
      async deleteNamespacedPersistentVolumeClaim({ name }: { readonly name: string }) {
        done.push(`delete ${name}`);
      },
    },
  } as unknown as KubeApi;
  const partition = { topic: "orders", partition: 0, leader: isr[0] ?? null, replicas: [1, 2, 3], isr, minIsr: 1 };
  const observe = async (): Promise<GateState> => {
    done.push("asks");
    return { brokers: isr, partitions: [partition], quorum: null };
  };
  const args = { namespace: "tiny", name: `tiny-${process.pid}`, sets: [set], replaces } as unknown as RolloutArgs;
  const context = { log: () => {}, signal };
  const emptying = new PodEmptying({
    api,
    args,
    context,
    observe,
    clock: new FakeClock(),
    servers: async () => ["somewhere:9092"],
  });
  return { done, emptying, changed };
}
const NODE_2 = { id: 2, claims: ["data-2"], mark: "now" };

test("a pod is held while it stops, asked about, and its claim goes before it is let go", async () => {
  const { done, emptying } = world([1, 3], NODE_2);
  assert.deepEqual(
    [1, 2].map((id) => emptying.isToDecide(id)),
    [false, true],
  );
  await emptying.hold(podOf(["other"], false, true), 1);
  await emptying.hold(podOf(["other"], false, true), 2);
  assert.deepEqual(done, [`finalizers other,${HOLD}`]);
  await emptying.advance(liveOf(podOf(["other", HOLD], true, true)));
  assert.equal(done.length, 1, "its containers run");
  await emptying.advance(liveOf(podOf(["other", HOLD], true, false)));
  assert.deepEqual(done.slice(1), ["asks", "delete data-2", "finalizers other"]);
  assert.equal(emptying.refusal, undefined);
  assert.equal(emptying.isToDecide(2), false, "with the claim that it gets now it is as the others");
  await emptying.hold(podOf([], false, true), 2);
  assert.equal(done.length, 4, "once");
});

test("without another live copy its claim stays, and it is let go", async () => {
  const { done, emptying } = world([], NODE_2);
  await emptying.advance(liveOf(podOf([HOLD], true, false)));
  assert.match(emptying.refusal ?? "", /no other replica in sync has the records of orders-0/);
  assert.deepEqual(
    done.filter((one) => one !== "asks"),
    ["finalizers none"],
  );
});

test("interrupted while it asks, it lets the pod go, and its claim stays", async () => {
  const { done, emptying } = world([], NODE_2, AbortSignal.abort(new Error("interrupted")));
  await assert.rejects(emptying.advance(liveOf(podOf([HOLD], true, false))), /interrupted/);
  assert.deepEqual(done, ["asks", "finalizers none"]);
});

test("a pod that the kubelet has written to meanwhile is let go all the same", async () => {
  const { done, emptying, changed } = world([1, 3], NODE_2);
  const pod = podOf(["later", HOLD], true, false);
  changed.pod = { ...pod, metadata: { ...pod.metadata!, resourceVersion: "2" } };
  await emptying.advance(liveOf(podOf([HOLD], true, false)));
  assert.deepEqual(done, ["asks", "delete data-2", "finalizers later"]);
});

test("a pod that an earlier run held is let go, and nothing of it is deleted", async () => {
  for (const pod of [podOf([HOLD], true, true), podOf([HOLD], true, false), podOf([HOLD], false, true)]) {
    const { done, emptying } = world([1, 3]);
    await emptying.advance(liveOf(pod));
    assert.deepEqual(done, ["finalizers none"]);
  }
});
