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

/** Beyond a step's own time: images and volumes are taken down after the process. */
const SLACK_MS = 15_000;
/** After a pod was told to hurry it is gone at once, unless nobody on its machine hears. */
const GONE_MS = 60_000;
const HURRY_SECONDS = 2;
const POLL_MS = 300;

export interface ScaleStep {
  /** Pods that go in this step. */
  readonly pods: readonly string[];
  /** How many pods each StatefulSet has left. */
  readonly left: Readonly<Record<string, number>>;
  readonly graceMs: number;
  /** The quorum is lost with this step: a process that waits for it need not be waited for. */
  readonly hurry: boolean;
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
    return { pods: keys, left, graceMs, hurry: graceMs <= HURRY_SECONDS * 1_000 };
  });
}

/** Stops a cluster's pods in order; claims stay. What is gone already is what was wanted. */
export async function stopPods(
  api: KubeApi,
  args: RolloutArgs,
  { log, signal }: Pick<OperationContext, "log" | "signal">,
): Promise<void> {
  for (const step of scaleSteps(args)) {
    const there = await podsOf(api, args, step.pods);
    signal.throwIfAborted();
    await Promise.all(
      Object.entries(step.left).map(async ([set, replicas]) => {
        const live = await api.apps.readNamespacedStatefulSet({ namespace: args.namespace, name: set }).catch(absent);
        if ((live?.spec?.replicas ?? 0) > replicas) await scale(api, args.namespace, set, replicas);
      }),
    );
    if (there.length === 0) continue;
    log(`stopping ${step.pods.join(", ")}`);
    if (step.hurry) await hurry(api, args.namespace, there);
    await awaitGone(api, args, step, signal);
  }
}

/** A second deletion only shortens the time that the first one gave. */
async function hurry(api: KubeApi, namespace: string, pods: readonly V1Pod[]): Promise<void> {
  await Promise.all(
    pods.map(({ metadata }) =>
      remove(api, { namespace, name: metadata?.name ?? "", uid: metadata?.uid ?? "" }, HURRY_SECONDS),
    ),
  );
}

async function awaitGone(api: KubeApi, args: RolloutArgs, step: ScaleStep, signal: AbortSignal): Promise<void> {
  const hurryAt = performance.now() + step.graceMs + SLACK_MS;
  const deadline = hurryAt + GONE_MS;
  let hurried = false;
  for (;;) {
    const there = await podsOf(api, args, step.pods);
    if (there.length === 0) return;
    if (!hurried && performance.now() > hurryAt) {
      hurried = true;
      await hurry(api, args.namespace, there);
    }
    if (performance.now() > deadline) throw notGone(there, args.namespace);
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function notGone(pods: readonly V1Pod[], namespace: string): RolloutFailure {
  const said = pods.map(({ metadata, spec }) => `${metadata?.name} on ${spec?.nodeName ?? "no machine"}`);
  return new RolloutFailure(
    `pods do not end: ${said.join(", ")}`,
    `look whether their machine still runs; if it does not and will not: kubectl -n ${namespace} delete pod --force ${pods.map(({ metadata }) => metadata?.name).join(" ")}; then run down again`,
  );
}

async function podsOf({ core }: KubeApi, { namespace, name }: RolloutArgs, pods: readonly string[]): Promise<V1Pod[]> {
  const labelSelector = `${KEY.stack}=${name}`;
  const found = await everyItem((page) => core.listNamespacedPod({ namespace, labelSelector, ...page }));
  return found.filter(({ metadata }) => pods.includes(metadata?.name ?? ""));
}
