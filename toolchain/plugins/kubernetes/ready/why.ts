import { type KubeObject, listAt, namespaceOf, objectAt, textAt, titleOf } from "../object.ts";
import type { Objects } from "../objects.ts";
import { podFault } from "./pod-faults.ts";

const POD = { group: "", apiVersion: "v1", kind: "Pod" };
const EVENT = { group: "", apiVersion: "v1", kind: "Event" };
const REPLICA_SET = { group: "apps", apiVersion: "apps/v1", kind: "ReplicaSet" };
/** Of many pods with the same fault a few tell enough. */
const SHOWN = 3;
const LOG_LINES = 8;

/**
 * Why an object does not work, as its pods, their logs and the warnings about it tell: one line or more for each reason.
 * Never fails, since it only adds to an error.
 */
export async function why(objects: Objects, object: KubeObject, withLogs: boolean): Promise<string[]> {
  try {
    const owners = await ownersOfPods(objects, object);
    const pods = object.kind === "Pod" ? [object] : await podsOf(objects, object, owners);
    const faults = await Promise.all(pods.map((pod) => faultOf(objects, pod, withLogs)));
    const known = faults.flatMap((fault) => fault ?? []);
    const events = await Promise.all(owners.map((owner) => warnings(objects, owner)));
    const rest = known.length > SHOWN ? [`and ${known.length - SHOWN} more pods`] : [];
    return [...known.slice(0, SHOWN), ...rest, ...new Set(events.flat())];
  } catch {
    return [];
  }
}

/** The object, and the ReplicaSets by which a Deployment makes its pods. */
async function ownersOfPods(objects: Objects, object: KubeObject): Promise<KubeObject[]> {
  if (object.kind !== "Deployment") return [object];
  const sets = await objects.list(REPLICA_SET, namespaceOf(object), {});
  return [object, ...sets.filter((set) => isOwnedBy(set, [object]))];
}

async function podsOf(objects: Objects, object: KubeObject, owners: readonly KubeObject[]): Promise<KubeObject[]> {
  const labels =
    object.kind === "Service"
      ? objectAt(object, "spec", "selector")
      : objectAt(object, "spec", "selector", "matchLabels");
  const labelSelector = Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
  if (!labelSelector) return [];
  const pods = await objects.list(POD, namespaceOf(object), { labelSelector });
  return object.kind === "Service" ? pods : pods.filter((pod) => isOwnedBy(pod, owners));
}

function isOwnedBy(object: KubeObject, owners: readonly KubeObject[]): boolean {
  const uids = owners.map((owner) => textAt(owner, "metadata", "uid"));
  return listAt(object, "metadata", "ownerReferences").some((reference) => uids.includes(textAt(reference, "uid")));
}

async function faultOf(objects: Objects, pod: KubeObject, withLogs: boolean): Promise<string | undefined> {
  const fault = podFault(pod);
  if (!fault?.crashed || !withLogs) return fault?.text;
  const { container, previous } = fault.crashed;
  const log = (await logOf(objects, pod, container, previous)) || (await logOf(objects, pod, container, !previous));
  const lines = log.split("\n").slice(-LOG_LINES);
  return log ? [`${fault.text}; its last log lines:`, ...lines.map((line) => `    ${line}`)].join("\n") : fault.text;
}

/** Empty where there is none: the log of a run goes with its container, which the machine removes when it likes. */
async function logOf(objects: Objects, pod: KubeObject, container: string, previous: boolean): Promise<string> {
  const log = await objects.log(pod, container, previous, LOG_LINES).catch(() => "");
  return log.startsWith("unable to retrieve container logs") ? "" : log.trimEnd();
}

/** What the controllers warned of lately, such as a quota that is used up. */
async function warnings(objects: Objects, object: KubeObject): Promise<string[]> {
  const fieldSelector = `involvedObject.uid=${textAt(object, "metadata", "uid")},type=Warning`;
  const events = await objects.list(EVENT, namespaceOf(object), { fieldSelector });
  const latest = events
    .map((event) => ({ when: textAt(event, "lastTimestamp") || textAt(event, "eventTime"), event }))
    .toSorted((a, b) => a.when.localeCompare(b.when))
    .at(-1)?.event;
  return latest ? [`${titleOf(object)}: ${textAt(latest, "reason")}: ${textAt(latest, "message")}`] : [];
}
