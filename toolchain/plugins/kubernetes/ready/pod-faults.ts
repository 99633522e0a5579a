import type { Json } from "../../../plugin/struct.ts";
import { type KubeObject, listAt, nameOf, numberAt, objectAt, textAt } from "../object.ts";
import { condition } from "./workloads.ts";

/** Why a pod does not work, and whose log may tell more. */
export interface PodFault {
  readonly text: string;
  /** The container that crashed; once it runs again, the log of the run before is the one to read. */
  readonly crashed?: { readonly container: string; readonly previous: boolean };
}

/** Undefined for a pod that works, or is still on its way. */
export function podFault(pod: KubeObject): PodFault | undefined {
  const name = `pod ${nameOf(pod)}`;
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled.status === "False") return { text: `${name} cannot be scheduled: ${scheduled.message}` };
  const phase = textAt(pod, "status", "phase");
  const statuses = [...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")];
  for (const status of statuses) {
    const fault = containerFault(name, status);
    if (fault) return fault;
  }
  if (phase === "Failed")
    return { text: `${name} failed: ${textAt(pod, "status", "message") || textAt(pod, "status", "reason")}` };
  const ready = condition(pod, "Ready");
  return phase === "Running" && ready.status === "False"
    ? { text: `${name} is not ready: ${ready.message}` }
    : undefined;
}

/** What a container waits for at first is no fault. */
const ON_ITS_WAY = ["", "ContainerCreating", "PodInitializing"];

function containerFault(name: string, status: Json): PodFault | undefined {
  const container = textAt(status, "name");
  const [state, last] = [objectAt(status, "state"), objectAt(status, "lastState", "terminated")];
  const waits = textAt(state, "waiting", "reason");
  if (
    waits === "CrashLoopBackOff" ||
    (last.exitCode !== undefined && status && objectAt({ status }, "status").ready !== true)
  )
    return {
      text: `${name}: container ${container} crashed${restarts(status)}, ${ending(last)}`,
      crashed: { container, previous: state.running !== undefined },
    };
  if (!ON_ITS_WAY.includes(waits))
    return { text: `${name}: container ${container} waits (${waits}): ${textAt(state, "waiting", "message")}` };
  const ended = objectAt(state, "terminated");
  if (numberAt(ended, "exitCode") !== 0)
    return { text: `${name}: container ${container} ended, ${ending(ended)}`, crashed: { container, previous: false } };
  return undefined;
}

function ending(terminated: Json): string {
  const reason = textAt(terminated, "reason");
  return `last with exit code ${numberAt(terminated, "exitCode")}${reason && reason !== "Error" ? ` (${reason})` : ""}`;
}

function restarts(status: Json): string {
  const count = numberAt(status, "restartCount");
  return count > 0 ? ` and was started ${count + 1} times` : "";
}
