/** What of a cluster is in its namespace although Pulumi's state does not know it: asked of Kubernetes, by the stack's label. */
import type { V1StatefulSet } from "@kubernetes/client-node";
import type { Role } from "../../plan/types.ts";
import { everyItem, type KubeApi } from "./api.ts";
import { absent } from "./api-errors.ts";
import { KEY } from "./names.ts";
import type { PoolKind } from "./pools.ts";
import type { RolloutSet } from "./rollout/args.ts";
import { stopPods } from "./rollout/stop.ts";

interface Place {
  readonly namespace: string;
  /** The stack. */
  readonly name: string;
}

const ofStack = ({ namespace, name }: Place) => ({ namespace, labelSelector: `${KEY.stack}=${name}` });

/** StatefulSets and pods, those that are ending already left out. */
export async function stillThere({ core, apps }: KubeApi, place: Place): Promise<string[]> {
  const wanted = ofStack(place);
  const [sets, pods] = await Promise.all([
    everyItem((page) => apps.listNamespacedStatefulSet({ ...wanted, ...page })),
    everyItem((page) => core.listNamespacedPod({ ...wanted, ...page })),
  ]);
  return [
    ...sets.map(({ metadata }) => `StatefulSet ${metadata?.name}`),
    ...pods.filter(({ metadata }) => !metadata?.deletionTimestamp).map(({ metadata }) => `pod ${metadata?.name}`),
  ];
}

/** Stops the pods in order, then removes what would make them again and what leads to them. Claims and the namespace stay. */
export async function stopStillThere(
  api: KubeApi,
  place: Place,
  context: { readonly log: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { core, apps, policy, networking } = api;
  const wanted = ofStack(place);
  const sets = await everyItem((page) => apps.listNamespacedStatefulSet({ ...wanted, ...page }));
  await stopPods(api, { ...place, sets: sets.map(setOf) }, context);
  const remove = async (items: Promise<readonly { metadata?: { name?: string } }[]>, one: Remove) => {
    for (const { metadata } of await items) {
      context.signal.throwIfAborted();
      await one({ namespace: place.namespace, name: metadata?.name ?? "" }).catch(absent);
    }
  };
  await remove(Promise.resolve(sets), (ref) => apps.deleteNamespacedStatefulSet(ref));
  await remove(
    everyItem((page) => core.listNamespacedService({ ...wanted, ...page })),
    (ref) => core.deleteNamespacedService(ref),
  );
  await remove(
    everyItem((page) => core.listNamespacedConfigMap({ ...wanted, ...page })),
    (ref) => core.deleteNamespacedConfigMap(ref),
  );
  await remove(
    everyItem((page) => core.listNamespacedSecret({ ...wanted, ...page })),
    (ref) => core.deleteNamespacedSecret(ref),
  );
  await remove(
    everyItem((page) => policy.listNamespacedPodDisruptionBudget({ ...wanted, ...page })),
    (ref) => policy.deleteNamespacedPodDisruptionBudget(ref),
  );
  await remove(
    everyItem((page) => networking.listNamespacedNetworkPolicy({ ...wanted, ...page })),
    (ref) => networking.deleteNamespacedNetworkPolicy(ref),
  );
  await remove(
    everyItem((page) => core.listNamespacedServiceAccount({ ...wanted, ...page })),
    (ref) => core.deleteNamespacedServiceAccount(ref),
  );
}

type Remove = (ref: { readonly namespace: string; readonly name: string }) => Promise<unknown>;

/** A StatefulSet tells its nodes itself, by what its claims say of theirs. Pure. */
export function setOf({ metadata, spec }: V1StatefulSet): RolloutSet {
  const told = spec?.volumeClaimTemplates?.[0]?.metadata?.annotations ?? {};
  const roles = (told[KEY.roles] ?? "broker").split(" ") as Role[];
  const [base, stride] = (told[KEY.nodeIds] ?? "0 1").split(" ").map(Number) as [number, number];
  const first = spec?.ordinals?.start ?? 0;
  const statefulSet = metadata?.name ?? "";
  const nodes = Array.from({ length: spec?.replicas ?? 1 }, (_, index) => {
    const ordinal = first + index;
    return { id: base + stride * ordinal, pod: `${statefulSet}-${ordinal}`, roles };
  });
  const kind = (roles.length > 1 ? "combined" : roles[0]!) as PoolKind;
  return { statefulSet, kind, nodes };
}

/** The cluster whose data a StatefulSet's claims hold. */
export const clusterOf = ({ spec }: V1StatefulSet): string | undefined =>
  spec?.volumeClaimTemplates?.[0]?.metadata?.annotations?.[KEY.clusterId];
