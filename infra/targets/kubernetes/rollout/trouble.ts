import type { CoreV1Event, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

export type TroubleKind =
  | "image"
  | "image-missing"
  | "image-name"
  | "config"
  | "crash"
  | "unschedulable"
  | "claim"
  | "mount"
  | "attach"
  | "creation"
  | "evicted";

/** What keeps a pod from running, as Kubernetes tells it; it may pass. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** In Kubernetes' own words. */
  readonly words: string;
}

/** How often a container may end before that counts as trouble: a broker may be started before its ZooKeeper serves. */
const CRASHES = 3;

const IMAGE = [
  "ErrImagePull",
  "ImagePullBackOff",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
];
const CONFIG = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError"];

/**
 * What is wrong with a pod that is there. Pure.
 *
 * @param events of the pod and of its claims, in any order.
 */
export function troubleOf(pod: V1Pod, events: readonly CoreV1Event[]): Trouble | undefined {
  const { status } = pod;
  if (status?.phase === "Failed")
    return { kind: "evicted", words: `ended: ${[status.reason, status.message].filter(Boolean).join(": ")}` };
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const found = ofContainer(container);
    if (found) return found;
  }
  if (containers.some(({ state }) => state?.running)) return undefined;
  return ofScheduling(pod, events) ?? ofVolumes(events);
}

function ofContainer({ image, restartCount, state, lastState }: V1ContainerStatus): Trouble | undefined {
  const { reason = "", message = "" } = state?.waiting ?? {};
  const said = message ? `: ${oneLine(message)}` : "";
  if (reason === "ErrImageNeverPull")
    return { kind: "image-missing", words: `its machine has no image ${image}${said}` };
  if (reason === "InvalidImageName") return { kind: "image-name", words: `${image} is no name of an image${said}` };
  if (IMAGE.includes(reason)) return { kind: "image", words: `cannot get image ${image} (${reason}${said})` };
  if (CONFIG.includes(reason)) return { kind: "config", words: `cannot start its container (${reason}${said})` };
  const ended = state?.terminated ?? lastState?.terminated;
  const crashes = restartCount + (state?.running ? 0 : 1);
  if (!ended || crashes < CRASHES || (state?.running && restartCount <= CRASHES)) return undefined;
  const why = ended.reason === "OOMKilled" ? "it took more memory than its limit" : `exit code ${ended.exitCode}`;
  return { kind: "crash", words: `its process ended ${crashes} times, the last time with ${why}` };
}

function ofScheduling({ status }: V1Pod, events: readonly CoreV1Event[]): Trouble | undefined {
  const placed = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (placed?.status !== "False") return undefined;
  const unbound = /PersistentVolumeClaim|persistentvolumeclaim/.test(placed.message ?? "");
  const claim = unbound ? ofClaims(events) : undefined;
  return (
    claim ?? { kind: "unschedulable", words: `no machine takes it: ${oneLine(placed.message ?? "no reason given")}` }
  );
}

function ofClaims(events: readonly CoreV1Event[]): Trouble | undefined {
  const failed = events.find(({ reason }) => reason === "ProvisioningFailed" || reason === "FailedBinding");
  return failed && { kind: "claim", words: `its volume is not made: ${failed.involvedObject.name}: ${saidBy(failed)}` };
}

function ofVolumes(events: readonly CoreV1Event[]): Trouble | undefined {
  const attach = events.find(({ reason }) => reason === "FailedAttachVolume");
  if (attach) return { kind: "attach", words: `its volume does not come to its machine: ${saidBy(attach)}` };
  const mount = events.find(({ reason }) => reason === "FailedMount");
  if (mount) return { kind: "mount", words: `a volume cannot be mounted: ${saidBy(mount)}` };
  const sandbox = events.find(({ reason }) => reason === "FailedCreatePodSandBox");
  return sandbox && { kind: "config", words: `its machine cannot make it: ${saidBy(sandbox)}` };
}

/** Why a pod is not there. Pure. @param events of its StatefulSet. */
export function creationTrouble(pod: string, events: readonly CoreV1Event[]): Trouble | undefined {
  const about = events
    .filter(({ message }) => message?.includes(` Pod ${pod} `))
    .toSorted((a, b) => lastSeen(b) - lastSeen(a));
  const last = about.find(({ reason }) => reason === "FailedCreate" || reason === "SuccessfulCreate");
  if (last?.reason !== "FailedCreate") return undefined;
  return { kind: "creation", words: `is not made: ${saidBy(last)}` };
}

/** When an event happened for the last time, ms. */
export function lastSeen({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}

/** What the readiness or startup check said last. Pure. */
export function checkMessage(events: readonly CoreV1Event[]): string | undefined {
  const [last] = events.filter(({ reason }) => reason === "Unhealthy").toSorted((a, b) => lastSeen(b) - lastSeen(a));
  return last && saidBy(last).replace(/^(Readiness|Startup|Liveness) probe (failed|errored): /, "");
}

const saidBy = ({ message }: CoreV1Event): string => oneLine(message ?? "no reason given");

export const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ").slice(0, 600);
