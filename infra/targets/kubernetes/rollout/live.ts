import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { everyItem, type KubeApi } from "../api.ts";
import { KEY } from "../names.ts";
import { readSeenClaims, type SeenClaim } from "../node-claims.ts";
import type { RolloutArgs, RolloutNode, RolloutSet } from "./args.ts";
import type { Condition } from "./decide.ts";

/** A node with what the API server has of it. */
export interface LiveNode extends RolloutNode {
  readonly set: RolloutSet;
  readonly pod: string;
  readonly object?: V1Pod;
  readonly is: Condition;
  /** Its pod is not of its StatefulSet's newest revision. */
  readonly outdated: boolean;
}

export interface Live {
  readonly claims: readonly SeenClaim[];
  /** Nodes that must not start, and are left out of `nodes`: see ../withhold.ts. */
  readonly withheld: readonly RolloutNode[];
  /** StatefulSets that are not there, with nodes that are left out below. */
  readonly missing: readonly string[];
  readonly nodes: readonly LiveNode[];
  /** StatefulSets whose controller has yet to see their newest version. */
  readonly unseen: readonly string[];
  /** StatefulSets that ask for fewer pods than they have nodes, as an interrupted stop leaves them. */
  readonly short: readonly RolloutSet[];
}

export async function readLive(api: KubeApi, args: RolloutArgs): Promise<Live> {
  const { core, apps } = api;
  const wanted = { namespace: args.namespace, labelSelector: `${KEY.stack}=${args.name}` };
  const [claims, pods, sets] = await Promise.all([
    readSeenClaims(api, args.namespace, args.name),
    everyItem((page) => core.listNamespacedPod({ ...wanted, ...page })),
    everyItem((page) => apps.listNamespacedStatefulSet({ ...wanted, ...page })),
  ]);
  const podOf = new Map(pods.map((pod) => [pod.metadata?.name, pod]));
  const setOf = new Map(sets.map((set) => [set.metadata?.name, set]));
  const [there, missing] = [true, false].map((is) => args.sets.filter((set) => setOf.has(set.statefulSet) === is));
  const live = (set: RolloutSet) => setOf.get(set.statefulSet)!;
  const withheld = claims.filter((claim) => claim.withheld).map(({ name }) => name);
  // One that is replaced is asked about like any other, and gets claims of its own.
  const waits = ({ id, pod }: RolloutNode) => id !== args.replaces?.id && withheld.some((name) => isClaimOf(name, pod));
  return {
    claims,
    withheld: args.sets.flatMap(({ nodes }) => nodes.filter(waits)),
    missing: missing!.map(({ statefulSet }) => statefulSet),
    nodes: there!.flatMap((set) =>
      set.nodes.filter((node) => !waits(node)).map((node) => liveNode(node, set, live(set), podOf.get(node.pod))),
    ),
    unseen: there!.filter((set) => isUnseen(live(set))).map(({ statefulSet }) => statefulSet),
    short: there!.filter((set) => (live(set).spec?.replicas ?? 1) < set.nodes.length),
  };
}

/** As StatefulSets name claims. */
export const isClaimOf = (claim: string, pod: string): boolean => claim.endsWith(`-${pod}`);

const isUnseen = ({ metadata, status }: V1StatefulSet): boolean =>
  (status?.observedGeneration ?? 0) < (metadata?.generation ?? 1) || !status?.updateRevision;

function liveNode(node: RolloutNode, set: RolloutSet, { status }: V1StatefulSet, pod: V1Pod | undefined): LiveNode {
  const revision = pod?.metadata?.labels?.["controller-revision-hash"];
  const outdated = pod !== undefined && revision !== status?.updateRevision;
  return { ...node, set, ...(pod ? { object: pod } : {}), is: conditionOf(pod), outdated };
}

/** Pure. */
export function conditionOf(pod: V1Pod | undefined): Condition {
  if (!pod) return "gone";
  if (pod.metadata?.deletionTimestamp) return "ending";
  const { conditions, containerStatuses, phase } = pod.status ?? {};
  if (phase === "Failed" || phase === "Succeeded") return "down";
  if (conditions?.some(({ type, status }) => type === "Ready" && status === "True")) return "ready";
  return containerStatuses?.some(({ state }) => state?.running) ? "up" : "down";
}

/** Addresses of the machines, by node id. Pure. */
export function hostsOf(nodes: readonly LiveNode[]): Record<string, string> {
  return Object.fromEntries(
    nodes.flatMap(({ id, object }) => (object?.status?.hostIP ? [[String(id), object.status.hostIP]] : [])),
  );
}

/** Names of the claims that a pod mounts. Pure. */
export function claimsOf(pod: V1Pod): string[] {
  return (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}
