/**
 * A finalizer keeps the object of a pod that has stopped, and with it its StatefulSet from making the next one. Whoever comes
 * across such a pod, and does not empty its node, lets it go: no other program knows this finalizer.
 */
import type { V1Pod } from "@kubernetes/client-node";
import type { KubeApi } from "../api.ts";
import { absent, KubeError } from "../api-errors.ts";
import { mergePatch } from "./act.ts";

export const HOLD = "kafka-stacks/holds-data";

export const isHeld = ({ metadata }: V1Pod): boolean => metadata?.finalizers?.includes(HOLD) === true;

/** It is being deleted, and no container of it runs, or will. */
export const hasStopped = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp !== undefined &&
  (status?.phase === "Succeeded" ||
    status?.phase === "Failed" ||
    (status?.containerStatuses ?? []).every(
      ({ state }) => state?.terminated !== undefined || state?.running === undefined,
    ));

export const holdPod = (api: KubeApi, pod: V1Pod): Promise<void> =>
  changeFinalizers(api, pod, (finalizers) => [...finalizers, HOLD]);

export const letGo = (api: KubeApi, pod: V1Pod): Promise<void> =>
  changeFinalizers(api, pod, (finalizers) => finalizers);

const CONFLICT = 409;

/** The kubelet writes to a pod that ends at the same time: after a conflict the pod is looked at again. */
async function changeFinalizers(
  { core }: KubeApi,
  pod: V1Pod,
  change: (others: readonly string[]) => readonly string[],
): Promise<void> {
  const { namespace = "", name = "", uid } = pod.metadata ?? {};
  for (let seen: V1Pod | undefined = pod; seen?.metadata?.uid === uid; ) {
    const { resourceVersion, finalizers = [] } = seen?.metadata ?? {};
    const body = {
      metadata: { uid, resourceVersion, finalizers: change(finalizers.filter((one) => one !== HOLD)) },
    };
    try {
      await core.patchNamespacedPod({ namespace, name, body }, mergePatch).catch(absent);
      return;
    } catch (error) {
      if (!(error instanceof KubeError && error.status === CONFLICT)) throw error;
    }
    seen = await core.readNamespacedPod({ namespace, name }).catch(absent);
  }
}
