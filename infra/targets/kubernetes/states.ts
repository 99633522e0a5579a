import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import type { NodeRuntimeState } from "../../../scripts/kafka/state.ts";
import { everyItem, type KubeApi } from "./api.ts";
import { Forbidden } from "./api-errors.ts";
import { KEY } from "./names.ts";
import { type KubernetesPlanned, podNames, poolsOf } from "./pools.ts";
import { checkMessage, creationTrouble, troubleOf } from "./rollout/trouble.ts";

/** What Kubernetes tells of every pod of a plan. */
export async function readStates(api: KubeApi, plan: KubernetesPlanned): Promise<NodeRuntimeState[]> {
  const { namespace } = plan.kubernetes;
  const labelSelector = `${KEY.stack}=${plan.name}`;
  const [pods, events] = await Promise.all([
    everyItem((page) => api.core.listNamespacedPod({ namespace, labelSelector, ...page })),
    readWarnings(api, namespace),
  ]);
  const byName = new Map(pods.map((pod) => [pod.metadata?.name, pod]));
  const setOf = new Map(poolsOf(plan).flatMap(({ statefulSet, nodes }) => nodes.map(({ id }) => [id, statefulSet])));
  return [...podNames(plan)]
    .map(([id, name]) => ({ id, name, ...stateOf(name, byName.get(name), setOf.get(id) ?? "", events) }))
    .sort((a, b) => a.id - b.id);
}

/** They only say why: who may not read them learns less. */
async function readWarnings({ core }: KubeApi, namespace: string): Promise<CoreV1Event[]> {
  const list = everyItem((page) => core.listNamespacedEvent({ namespace, fieldSelector: "type!=Normal", ...page }));
  return list.catch((error: unknown) => {
    if (error instanceof Forbidden) return [];
    throw error;
  });
}

/** Whoever looks now and then wants to hear of the first. */
const ANY_CRASH = { count: 1, before: 0 };

/** A pod in a few words. Pure. @param events of the whole namespace. */
export function stateOf(
  name: string,
  pod: V1Pod | undefined,
  statefulSet: string,
  events: readonly CoreV1Event[],
): Pick<NodeRuntimeState, "well" | "detail"> {
  const about = (subject: string | undefined) => events.filter(({ involvedObject }) => involvedObject.name === subject);
  if (!pod) {
    const trouble = creationTrouble(name, about(statefulSet));
    return { well: false, detail: `there is no such pod${trouble ? `: it ${trouble.words}` : ""}` };
  }
  const { status, metadata, spec } = pod;
  const restarts = Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
  const restarted = restarts === 0 ? "" : `, restarted ${restarts} ${restarts === 1 ? "time" : "times"}`;
  if (metadata?.deletionTimestamp) return { well: false, detail: `is being deleted${restarted}` };
  if (status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"))
    return { well: true, detail: `ready${restarted}` };
  // An event of a pod of the same name that was before tells nothing of this one.
  const own = about(name).filter(({ involvedObject }) => involvedObject.uid === metadata?.uid);
  const claims = (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => about(persistentVolumeClaim?.claimName));
  const why = troubleOf(pod, [...own, ...claims], ANY_CRASH)?.words ?? checkMessage(own) ?? waitingFor(pod);
  return { well: false, detail: `${status?.phase ?? "Pending"}, not ready${why ? `: ${why}` : ""}${restarted}` };
}

function waitingFor({ status }: V1Pod): string | undefined {
  return status?.containerStatuses?.map(({ state }) => state?.waiting?.reason).find(Boolean) ?? status?.reason;
}
