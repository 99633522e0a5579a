import { type KubeObject, listAt, numberAt, objectAt, textAt } from "../object.ts";
import { failed, READY, type Standing, waiting } from "./standing.ts";

export function condition(object: KubeObject, type: string) {
  const found = listAt(object, "status", "conditions").find((item) => textAt(item, "type") === type);
  return { status: textAt(found, "status"), reason: textAt(found, "reason"), message: textAt(found, "message") };
}

/** The controller's word counts only for what the object says now. */
export function isStale(object: KubeObject): boolean {
  return numberAt(object, "status", "observedGeneration") < numberAt(object, "metadata", "generation");
}

function replicasOf(object: KubeObject): number {
  return objectAt(object, "spec").replicas === undefined ? 1 : numberAt(object, "spec", "replicas");
}

/**
 * All pods are there and ready, and of the newest revision as far as the strategy lets the controller bring them there:
 * with OnDelete after the first generation, and below a partition, old pods stay until someone deletes them.
 */
export function statefulSet(object: KubeObject): Standing {
  if (isStale(object)) return waiting("the controller has not seen the change yet");
  const [wanted, status] = [replicasOf(object), objectAt(object, "status")];
  const count = (name: string) => numberAt(status, name);
  const strategy = textAt(object, "spec", "updateStrategy", "type");
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition");
  const firstOrdinal = numberAt(object, "spec", "ordinals", "start");
  const isFirst = numberAt(object, "metadata", "generation") <= 1;
  if (count("replicas") !== wanted || count("readyReplicas") !== wanted)
    return waiting(`${count("readyReplicas")} of ${wanted} pods are ready`);
  if (strategy === "OnDelete" && !isFirst) return READY;
  const isNew = status.currentRevision === status.updateRevision;
  const toUpdate = Math.max(0, wanted - Math.max(0, partition - firstOrdinal));
  if (isNew || (partition > 0 && count("updatedReplicas") >= toUpdate)) return READY;
  return waiting(`${count("updatedReplicas")} of ${toUpdate} pods are updated`);
}

export function deployment(object: KubeObject): Standing {
  if (isStale(object)) return waiting("the controller has not seen the change yet");
  const [wanted, status] = [replicasOf(object), objectAt(object, "status")];
  const count = (name: string) => numberAt(status, name);
  const progress = condition(object, "Progressing");
  if (progress.reason === "ProgressDeadlineExceeded") return failed(progress.message || "it makes no progress");
  if (objectAt(object, "spec").paused === true) return READY;
  if (count("updatedReplicas") < wanted) return waiting(`${count("updatedReplicas")} of ${wanted} pods are updated`);
  if (count("replicas") > count("updatedReplicas"))
    return waiting(`old pods left: ${count("replicas") - count("updatedReplicas")}`);
  if (count("availableReplicas") < wanted)
    return waiting(`${count("availableReplicas")} of ${wanted} pods are available`);
  return READY;
}

export function daemonSet(object: KubeObject): Standing {
  if (isStale(object)) return waiting("the controller has not seen the change yet");
  const count = (name: string) => numberAt(object, "status", name);
  const wanted = count("desiredNumberScheduled");
  const rolls = textAt(object, "spec", "updateStrategy", "type") !== "OnDelete";
  if (rolls && count("updatedNumberScheduled") < wanted)
    return waiting(`${count("updatedNumberScheduled")} of ${wanted} pods are updated`);
  if (count("numberAvailable") < wanted) return waiting(`${count("numberAvailable")} of ${wanted} pods are available`);
  return READY;
}

/** A ReplicaSet or a ReplicationController. */
export function replicas(object: KubeObject): Standing {
  if (isStale(object)) return waiting("the controller has not seen the change yet");
  const [wanted, available] = [replicasOf(object), numberAt(object, "status", "availableReplicas")];
  return available >= wanted ? READY : waiting(`${available} of ${wanted} pods are available`);
}

export function job(object: KubeObject): Standing {
  const fault = condition(object, "Failed");
  if (fault.status === "True") return failed(`${fault.reason}: ${fault.message}`);
  if (condition(object, "Complete").status === "True") return READY;
  if (objectAt(object, "spec").suspend === true) return READY;
  const { active, succeeded, failed: lost } = objectAt(object, "status");
  return waiting(`pods: ${active ?? 0} running, ${succeeded ?? 0} succeeded, ${lost ?? 0} failed`);
}

export function pod(object: KubeObject): Standing {
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded" || condition(object, "Ready").status === "True") return READY;
  if (phase === "Failed") return failed(textAt(object, "status", "message") || "it failed");
  return waiting(`it is ${phase || "Pending"}, not ready`);
}
