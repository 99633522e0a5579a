import { PatchStrategy, setHeaderOptions, type V1StatefulSet } from "@kubernetes/client-node";
import { UserError } from "../../../errors.ts";
import type { KubeApi } from "../api.ts";
import { absent, KubeError } from "../api-errors.ts";

/** Owner of the fields that we change in objects of others. */
export const FIELD_MANAGER = "kafka-stacks-rollout";

export const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * Takes a pod that serves away, if its PodDisruptionBudget allows it.
 *
 * @returns why not now; undefined when it goes.
 */
export async function evict({ core }: KubeApi, { namespace, name, uid }: PodRef): Promise<string | undefined> {
  const body = { metadata: { name, namespace }, deleteOptions: { preconditions: { uid } } };
  try {
    await core.createNamespacedPodEviction({ namespace, name, body });
    return undefined;
  } catch (error) {
    if (isOther(error)) return `${name} has changed meanwhile`;
    // Refused with 429, as is whatever comes when the server has too much to do.
    if (error instanceof UserError && /disruption budget/i.test(error.message))
      return `${name} may not go yet: ${error.message.replace(/^.* answers 429: /, "")}`;
    throw error;
  }
}

/** Deletes this very pod. @param graceSeconds default: its own. @returns why not; undefined when it goes. */
export async function remove(
  { core }: KubeApi,
  { namespace, name, uid }: PodRef,
  graceSeconds?: number,
): Promise<string | undefined> {
  const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
  try {
    await core.deleteNamespacedPod({ namespace, name, body: { preconditions: { uid }, ...grace } });
    return undefined;
  } catch (error) {
    if (isOther(error)) return `${name} has changed meanwhile`;
    throw error;
  }
}

/** It is gone, or another one of its name is there. */
const isOther = (error: unknown): boolean =>
  error instanceof KubeError && (error.status === 404 || error.status === 409);

/**
 * Sets how many pods a StatefulSet has, and gives the field up again: who made the set would otherwise run into a conflict
 * when it scales. One that is not there has none.
 */
export async function scale({ apps }: KubeApi, namespace: string, name: string, replicas: number): Promise<void> {
  const body = { spec: { replicas } };
  const request = { namespace, name, body, fieldManager: FIELD_MANAGER };
  if (!(await apps.patchNamespacedStatefulSetScale(request, mergePatch).catch(absent))) return;
  const set = await apps.readNamespacedStatefulSet({ namespace, name }).catch(absent);
  if (set) await patchSet({ apps }, set, { managedFields: others(set) });
}

/**
 * Makes the controller of a StatefulSet try again now: after failures it waits up to a quarter of an hour, longer than
 * anybody who has raised a quota. Any change wakes it; this one leaves nothing.
 */
export async function wake({ apps }: KubeApi, namespace: string, name: string): Promise<void> {
  const key = "kafka-stacks/wake";
  for (const value of ["now", null]) {
    const set = await apps.readNamespacedStatefulSet({ namespace, name }).catch(absent);
    if (set) await patchSet({ apps }, set, { annotations: { [key]: value } });
  }
}

const others = ({ metadata }: V1StatefulSet) =>
  (metadata?.managedFields ?? []).filter(({ manager }) => manager !== FIELD_MANAGER);

/** Of two who change at once the other one wins: what this is for is worth no fight. */
async function patchSet({ apps }: Pick<KubeApi, "apps">, { metadata }: V1StatefulSet, change: object): Promise<void> {
  const { namespace = "", name = "", resourceVersion } = metadata ?? {};
  const body = { metadata: { resourceVersion, ...change } };
  const request = { namespace, name, body, fieldManager: FIELD_MANAGER };
  await apps.patchNamespacedStatefulSet(request, mergePatch).catch((error: unknown) => {
    if (!isOther(error)) throw error;
  });
}
