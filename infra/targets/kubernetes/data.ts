import { rmSync } from "node:fs";
import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { UserError } from "../../errors.ts";
import { everyItem, type KubeApi, kubeApi } from "./api.ts";
import { absent, Forbidden } from "./api-errors.ts";
import { clusterDirectory } from "./cluster-args.ts";
import { KEY } from "./names.ts";
import { deleteOwnNamespace, untilGone } from "./namespace.ts";
import { requireSamePlace } from "./place.ts";
import type { KubernetesPlanned } from "./pools.ts";
import { readClusterId } from "./survey/cluster.ts";
import { removeGuests } from "./throwaway.ts";

/** Longer than pods get to stop, and than volumes need to be let go of. */
const PATIENCE_MS = 180_000;

/**
 * Deletes the claims of a cluster that is down, with them its volumes, then the namespace if a stack of ours made it and
 * nothing else lives there, and what was decided for the cluster. Each is waited for until it is gone.
 *
 * @throws UserError while anything of the cluster runs.
 */
export async function deleteData(plan: KubernetesPlanned): Promise<readonly string[]> {
  const { name: stack, kubernetes } = plan;
  const { namespace, context } = kubernetes;
  const api = kubeApi(context);
  const labelSelector = `${KEY.stack}=${stack}`;
  requireSamePlace(plan, await readClusterId(api));
  await refuseWhileUp(api, namespace, stack);
  await removeGuests(api, namespace, stack);
  const claims = await everyItem((page) =>
    api.core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector, ...page }),
  );
  const deleted = await Promise.all(claims.map((claim) => deleteClaim(api, namespace, claim)));
  if (await deleteOwnNamespace(api, namespace, stack)) deleted.push(`namespace ${namespace}`);
  rmSync(clusterDirectory(stack), { recursive: true, force: true });
  return deleted;
}

/** Pods that are ending already are waited for. */
async function refuseWhileUp({ core, apps }: KubeApi, namespace: string, stack: string): Promise<void> {
  const labelSelector = `${KEY.stack}=${stack}`;
  const pods = () => everyItem((page) => core.listNamespacedPod({ namespace, labelSelector, ...page }));
  const [sets, found] = await Promise.all([
    everyItem((page) => apps.listNamespacedStatefulSet({ namespace, labelSelector, ...page })),
    pods(),
  ]);
  const left = [
    ...sets.map(({ metadata }) => `StatefulSet ${metadata?.name}`),
    ...found.filter(({ metadata }) => !metadata?.deletionTimestamp).map(({ metadata }) => `pod ${metadata?.name}`),
  ];
  if (left.length > 0)
    throw new UserError(
      `the data of ${stack} is not deleted: in namespace ${namespace} there ${left.length === 1 ? "is" : "are"} still ${left.join(", ")}`,
      `take the cluster down first: kafka-stacks down ${stack}`,
    );
  await untilGone(`the last pod of ${stack}`, PATIENCE_MS, async () => (await pods()).length === 0);
}

/** @returns what was deleted, and what of it is kept for all that: a class may keep volumes. */
async function deleteClaim(
  api: KubeApi,
  namespace: string,
  { metadata, spec }: V1PersistentVolumeClaim,
): Promise<string> {
  const name = metadata?.name ?? "";
  const volume = spec?.volumeName && (await readVolume(api, spec.volumeName));
  await api.core.deleteNamespacedPersistentVolumeClaim({ namespace, name }).catch(absent);
  const isGone = async () => !(await api.core.readNamespacedPersistentVolumeClaim({ namespace, name }).catch(absent));
  await untilGone(`claim ${name}`, PATIENCE_MS, isGone);
  if (!volume) return `claim ${name}`;
  const own = volume.metadata?.name ?? "";
  if (volume.spec?.persistentVolumeReclaimPolicy === "Retain")
    return `claim ${name}; its volume ${own} is kept by its own rule (Retain): kubectl delete pv ${own}`;
  await untilGone(`volume ${own}`, PATIENCE_MS, async () => !(await readVolume(api, own)));
  return `claim ${name} with its volume ${own}`;
}

/** Undefined also where volumes of the cluster may not be read. */
async function readVolume({ core }: KubeApi, name: string): Promise<V1PersistentVolume | undefined> {
  return core.readPersistentVolume({ name }).catch((error: unknown) => {
    if (error instanceof Forbidden) return undefined;
    return absent(error);
  });
}
