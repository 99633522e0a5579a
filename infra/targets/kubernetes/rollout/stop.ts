import { setTimeout as sleep } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { stopSteps } from "../../stop-queue.ts";
import { everyItem, type KubeApi } from "../api.ts";
import { absent } from "../api-errors.ts";
import { KEY } from "../names.ts";
import { remove, scale } from "./act.ts";
import type { RolloutArgs, RolloutNode } from "./args.ts";
import { RolloutFailure } from "./failure.ts";
import { hasStopped, isHeld, letGo } from "./hold.ts";

/** After its grace a pod is gone soon, unless nobody on its machine hears, or somebody gave it more time before. */
const GONE_MS = 180_000;
const POLL_MS = 300;
const SAY_MS = 5_000;

/** Whose pods, and where they are. */
export type StackPods = Pick<RolloutArgs, "namespace" | "name">;

export interface ScaleStep {
  /** Pods that go in this step. */
  readonly pods: readonly string[];
  /** How many pods each StatefulSet has left. */
  readonly left: Readonly<Record<string, number>>;
  /** How long they may take; short for those that would wait for a quorum which is lost. */
  readonly graceMs: number;
}

/**
 * The order of stopSteps (../../stop-queue.ts) in what a StatefulSet can do: it gives up its highest ordinals first. Pure.
 */
export function scaleSteps({ sets }: Pick<RolloutArgs, "sets">): ScaleStep[] {
  const ofSet = sets.map(({ statefulSet, nodes }) => ({ statefulSet, nodes: [...nodes] }));
  const group = sets
    .flatMap(({ nodes }) => nodes)
    .toSorted((a, b) => b.id - a.id)
    .map((node: RolloutNode) => ({ key: node.pod, roles: node.roles }));
  const gone = new Set<string>();
  return stopSteps(group).map(({ keys, graceMs }) => {
    for (const key of keys) gone.add(key);
    const left = Object.fromEntries(
      ofSet
        .filter(({ nodes }) => nodes.some(({ pod }) => keys.includes(pod)))
        .map(({ statefulSet, nodes }) => [statefulSet, nodes.filter(({ pod }) => !gone.has(pod)).length]),
    );
    return { pods: keys, left, graceMs };
  });
}

/** Stops a cluster's pods in order; claims stay. What is gone already is what was wanted. */
export async function stopPods(
  api: KubeApi,
  args: StackPods & Pick<RolloutArgs, "sets">,
  context: Pick<OperationContext, "log" | "signal">,
): Promise<void> {
  for (const step of scaleSteps(args)) await takeStep(api, args, step, context);
}

/**
 * A step deletes its pods itself, because a StatefulSet would give each the time that its template says, and a kubelet does
 * not shorten a grace period that has begun. Before it would make them anew, it wants fewer.
 */
export async function takeStep(
  api: KubeApi,
  stack: StackPods,
  step: ScaleStep,
  { log, signal }: Pick<OperationContext, "log" | "signal">,
): Promise<void> {
  const there = await podsOf(api, stack, step.pods);
  signal.throwIfAborted();
  await Promise.all(there.map((pod) => end(api, pod, step.graceMs)));
  await Promise.all(Object.entries(step.left).map(([set, count]) => shrink(api, stack.namespace, set, count)));
  await awaitGone(api, stack, step, { log, signal });
}

/** A pod's own grace may be shorter. */
async function end(api: KubeApi, { metadata, spec }: V1Pod, graceMs: number): Promise<void> {
  const { namespace = "", name = "", uid = "" } = metadata ?? {};
  const graceSeconds = Math.min(graceMs / 1_000, spec?.terminationGracePeriodSeconds ?? Infinity);
  await remove(api, { namespace, name, uid }, Math.ceil(graceSeconds));
}

async function shrink(api: KubeApi, namespace: string, name: string, replicas: number): Promise<void> {
  const live = await api.apps.readNamespacedStatefulSet({ namespace, name }).catch(absent);
  if ((live?.spec?.replicas ?? 0) > replicas) await scale(api, namespace, name, replicas);
}

async function awaitGone(
  api: KubeApi,
  stack: StackPods,
  { pods, graceMs }: ScaleStep,
  { log, signal }: Pick<OperationContext, "log" | "signal">,
): Promise<void> {
  const began = performance.now();
  for (let saidAt = -Infinity; ; ) {
    const there = await podsOf(api, stack, pods);
    if (there.length === 0) return;
    // An earlier run that was cut off between stopping a pod and emptying its node.
    for (const pod of there) if (isHeld(pod) && hasStopped(pod)) await letGo(api, pod);
    const now = performance.now();
    if (now - began > graceMs + GONE_MS) throw notGone(there, stack.namespace);
    if (now - saidAt >= SAY_MS) {
      log(`stopping ${there.map(({ metadata }) => metadata?.name).join(", ")}`);
      saidAt = now;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function notGone(pods: readonly V1Pod[], namespace: string): RolloutFailure {
  const said = pods.map(({ metadata, spec }) => `${metadata?.name} on ${spec?.nodeName ?? "no machine"}`);
  return new RolloutFailure(
    `pods do not end: ${said.join(", ")}`,
    `look whether their machine still runs; if it does not and will not: kubectl -n ${namespace} delete pod --force ${pods.map(({ metadata }) => metadata?.name).join(" ")}; then run the same command again`,
  );
}

async function podsOf({ core }: KubeApi, { namespace, name }: StackPods, pods: readonly string[]): Promise<V1Pod[]> {
  const labelSelector = `${KEY.stack}=${name}`;
  const found = await everyItem((page) => core.listNamespacedPod({ namespace, labelSelector, ...page }));
  return found.filter(({ metadata }) => pods.includes(metadata?.name ?? ""));
}
