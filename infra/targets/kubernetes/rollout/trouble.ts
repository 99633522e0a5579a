import type { CoreV1Event, V1ContainerStateTerminated, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { lastSeen, saidBy } from "./events.ts";

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
  /** A clause without its subject, the pod. */
  readonly words: string;
}

export interface Crashes {
  /** How often a container must have ended. */
  readonly count: number;
  /** Restarts that happened before anybody watched. */
  readonly before: number;
}

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
export function troubleOf(pod: V1Pod, events: readonly CoreV1Event[], crashes: Crashes): Trouble | undefined {
  const { status } = pod;
  if (status?.phase === "Failed")
    return { kind: "evicted", words: `ended: ${[status.reason, status.message].filter(Boolean).join(": ")}` };
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const found = ofContainer(container, events, crashes);
    if (found) return found;
  }
  if (containers.some(({ state }) => state?.running)) return undefined;
  return ofScheduling(pod, events) ?? ofVolumes(events);
}

function ofContainer(
  { image, restartCount, state, lastState }: V1ContainerStatus,
  events: readonly CoreV1Event[],
  { count, before }: Crashes,
): Trouble | undefined {
  const { reason = "", message = "" } = state?.waiting ?? {};
  const said = message ? `: ${oneLine(message)}` : "";
  if (reason === "ErrImageNeverPull")
    return { kind: "image-missing", words: `finds no image ${image} on its machine, and may not pull it` };
  if (reason === "InvalidImageName") return { kind: "image-name", words: `names an image that cannot be: ${image}` };
  if (IMAGE.includes(reason))
    return { kind: "image", words: `cannot get image ${image}: ${pullError(message, events)}` };
  if (CONFIG.includes(reason)) return { kind: "config", words: `cannot start its container (${reason}${said})` };
  const ended = state?.terminated ?? lastState?.terminated;
  const times = restartCount - before + (state?.running ? 0 : 1);
  if (!ended || times < count) return undefined;
  return { kind: "crash", words: `starts again and again: its process ended ${times} times, last ${how(ended)}` };
}

const how = ({ reason, exitCode }: V1ContainerStateTerminated): string =>
  reason === "OOMKilled" ? "for want of memory: it reached its limit" : `with exit code ${exitCode}`;

/** How a process ended that is to start again. Pure. */
export function lastEnd({ status }: V1Pod): string | undefined {
  const [container] = status?.containerStatuses ?? [];
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  return ended && !container?.state?.running ? `ended ${how(ended)} and starts again` : undefined;
}

/** Kubelets before 1.30 say the reason in an event only; all of them wrap it in what everybody knows. */
function pullError(message: string, events: readonly CoreV1Event[]): string {
  const event = events.find(
    ({ reason, message: text }) => reason === "Failed" && text?.startsWith("Failed to pull image"),
  );
  const said = /^Back-off pulling image "[^"]*"$/.test(message.trim()) && event ? saidBy(event) : message;
  return oneLine(said)
    .replace(/^(Failed to pull image|Back-off pulling image) "[^"]*"(: )?/, "")
    .replace(/^ErrImagePull: /, "")
    .replace(/rpc error: code = \w+ desc = /, "")
    .replace(/failed to (pull and unpack image|resolve reference) "[^"]*": /g, "")
    .replace(/^failed to do request: /, "");
}

function ofScheduling({ status }: V1Pod, events: readonly CoreV1Event[]): Trouble | undefined {
  const placed = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (placed?.status !== "False") return undefined;
  const words = oneLine(placed.message ?? placed.reason ?? "no reason given");
  if (!/PersistentVolumeClaim/i.test(words)) return { kind: "unschedulable", words: `finds no machine: ${words}` };
  const failed = newestOf(events, ["ProvisioningFailed", "FailedBinding", "ProvisioningSucceeded"]);
  // A volume that is being made may take a while, and that is no trouble.
  if (!failed || failed.reason === "ProvisioningSucceeded") return undefined;
  return { kind: "claim", words: `has no volume: claim ${failed.involvedObject.name}: ${saidBy(failed)}` };
}

const PAST_VOLUMES = ["Pulling", "Pulled", "Created", "Started"];

function ofVolumes(events: readonly CoreV1Event[]): Trouble | undefined {
  const attach = newestOf(events, ["FailedAttachVolume", "SuccessfulAttachVolume", ...PAST_VOLUMES]);
  if (attach?.reason === "FailedAttachVolume")
    return { kind: "attach", words: `waits for its volume: ${saidBy(attach)}` };
  const mount = newestOf(events, ["FailedMount", ...PAST_VOLUMES]);
  if (mount?.reason === "FailedMount") return { kind: "mount", words: `cannot mount a volume: ${saidBy(mount)}` };
  const sandbox = newestOf(events, ["FailedCreatePodSandBox", ...PAST_VOLUMES]);
  if (sandbox?.reason !== "FailedCreatePodSandBox") return undefined;
  return { kind: "mount", words: `cannot be made on its machine: ${saidBy(sandbox)}` };
}

/** Why a pod is not there. Pure. @param events of its StatefulSet. */
export function creationTrouble(pod: string, events: readonly CoreV1Event[]): Trouble | undefined {
  const about = events.filter(({ message }) => message?.includes(` Pod ${pod} `));
  const last = newestOf(about, ["FailedCreate", "SuccessfulCreate"]);
  if (last?.reason !== "FailedCreate") return undefined;
  const words = saidBy(last).replace(/^create (Pod|Claim) .* in StatefulSet \S+ failed error: /, "");
  return { kind: "creation", words: `is not made: ${words}` };
}

function newestOf(events: readonly CoreV1Event[], reasons: readonly string[]): CoreV1Event | undefined {
  const some = events.filter(({ reason }) => reasons.includes(reason ?? ""));
  return some.toSorted((a, b) => lastSeen(b) - lastSeen(a))[0];
}

/** What the readiness or startup check said last. Pure. */
export function checkMessage(events: readonly CoreV1Event[]): string | undefined {
  const last = newestOf(events, ["Unhealthy"]);
  // The check says one line; what a shell adds when it is stopped is nobody's business.
  const [said = ""] = (last?.message ?? "").trim().split("\n");
  return said.replace(/^(Readiness|Startup|Liveness) probe (failed|errored)[^:]*:\s*/, "") || undefined;
}

/** Whether the machine is fetching the image. Pure. */
export const isPulling = (events: readonly CoreV1Event[]): boolean =>
  newestOf(events, PAST_VOLUMES)?.reason === "Pulling";

const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ").slice(0, 600);
