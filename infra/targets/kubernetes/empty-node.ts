import { forgetData } from "../decisions/data-record.ts";
import { kubeApi } from "./api.ts";
import { absent } from "./api-errors.ts";
import { clusterDirectory } from "./cluster-args.ts";
import { untilGone } from "./namespace.ts";
import { requireSamePlace } from "./place.ts";
import { claimName, type KubernetesPlanned, podName } from "./pools.ts";
import { remove } from "./rollout/act.ts";
import { readClusterId } from "./survey/cluster.ts";

/** Longer than a pod gets to stop. */
const PATIENCE_MS = 180_000;

/**
 * Forgets that a node had data, so that it may begin empty, and deletes its claims and its pod. Claims first: they stay until the pod is gone, and the StatefulSet makes both anew,
 * which it would not do with a claim that is merely there. Whose volume the class keeps (Retain), keeps it.
 */
export async function emptyNode(plan: KubernetesPlanned, nodeId: number): Promise<readonly string[]> {
  const { namespace, context } = plan.kubernetes;
  const api = kubeApi(context);
  requireSamePlace(plan, await readClusterId(api));
  forgetData(clusterDirectory(plan.name), [nodeId]);
  const volumes = plan.nodes.find(({ id }) => id === nodeId)?.volumes ?? [];
  const claims = await Promise.all(
    volumes.map(async (volume) => {
      const ref = { namespace, name: claimName(plan, nodeId, volume.name) };
      const claim = await api.core.readNamespacedPersistentVolumeClaim(ref).catch(absent);
      if (claim) await api.core.deleteNamespacedPersistentVolumeClaim(ref).catch(absent);
      return { ref, uid: claim?.metadata?.uid };
    }),
  );
  const pod = { namespace, name: podName(plan, nodeId) };
  const found = await api.core.readNamespacedPod(pod).catch(absent);
  if (found) await remove(api, { ...pod, uid: found.metadata?.uid ?? "" });
  const there = claims.filter(({ uid }) => uid !== undefined);
  for (const { ref, uid } of there) {
    const isGone = async () =>
      (await api.core.readNamespacedPersistentVolumeClaim(ref).catch(absent))?.metadata?.uid !== uid;
    await untilGone(`claim ${ref.name}`, PATIENCE_MS, isGone);
  }
  return there.map(({ ref }) => `claim ${ref.name}`);
}
