import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { UserError } from "../../../errors.ts";
import type { KubeApi } from "../api.ts";
import { absent, KubeError } from "../api-errors.ts";

/** Owner of the fields that we change in objects of others. */
const FIELD_MANAGER = "kafka-stacks-rollout";

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * Takes a pod that serves away, if its PodDisruptionBudget allows it.
 *
 * @returns why not now; undefined when it goes, or when it is another one already.
 */
export async function evict({ core }: KubeApi, { namespace, name, uid }: PodRef): Promise<string | undefined> {
  const body = { metadata: { name, namespace }, deleteOptions: { preconditions: { uid } } };
  try {
    await core.createNamespacedPodEviction({ namespace, name, body });
    return undefined;
  } catch (error) {
    if (isOther(error)) return undefined;
    // Refused with 429, the same as when the server has too much to do.
    if (error instanceof UserError && /disruption budget/i.test(error.message))
      return `${name} may not go yet: ${reasonOf(error)}`;
    throw error;
  }
}

/** Deletes this very pod. @param graceSeconds default: its own. */
export async function remove(
  { core }: KubeApi,
  { namespace, name, uid }: PodRef,
  graceSeconds?: number,
): Promise<void> {
  const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
  await core
    .deleteNamespacedPod({ namespace, name, body: { preconditions: { uid }, ...grace } })
    .catch((error: unknown) => {
      if (!isOther(error)) throw error;
    });
}

/** It is gone, or another one of its name is there: what was wanted has happened. */
const isOther = (error: unknown): boolean =>
  error instanceof KubeError && (error.status === 404 || error.status === 409);

const reasonOf = ({ message }: Error): string => message.replace(/^.* answers 429: /, "");

const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Sets how many pods a StatefulSet has; one that is not there has none. */
export async function scale({ apps }: KubeApi, namespace: string, name: string, replicas: number): Promise<void> {
  await apps
    .patchNamespacedStatefulSetScale(
      { namespace, name, body: { spec: { replicas } }, fieldManager: FIELD_MANAGER },
      mergePatch,
    )
    .catch(absent);
}

/**
 * Brings a StatefulSet back to its nodes after a stop that was interrupted, and gives the field up again: who made the
 * set would otherwise run into a conflict when it scales.
 */
export async function scaleBack(api: KubeApi, namespace: string, name: string, replicas: number): Promise<void> {
  await scale(api, namespace, name, replicas);
  const { metadata } = await api.apps.readNamespacedStatefulSet({ namespace, name });
  const others = (metadata?.managedFields ?? []).filter(({ manager }) => manager !== FIELD_MANAGER);
  const body = { metadata: { resourceVersion: metadata?.resourceVersion, managedFields: others } };
  // Somebody else was quicker: a conflict later is better than a fight now.
  await api.apps.patchNamespacedStatefulSet({ namespace, name, body }, mergePatch).catch((error: unknown) => {
    if (!isOther(error)) throw error;
  });
}

/** Last lines of a pod's log; empty when there are none or they may not be read. */
export async function logTail(
  { core }: KubeApi,
  { namespace, name }: Omit<PodRef, "uid">,
  lines = 12,
): Promise<string> {
  const read = (previous: boolean) =>
    core.readNamespacedPodLog({ namespace, name, tailLines: lines, limitBytes: 16_384, previous }).catch(() => "");
  // Of a container that ended and starts again the last run tells, not the one that has just begun.
  return ((await read(true)) || (await read(false)) || "").trimEnd();
}
