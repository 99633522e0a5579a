import type { KubeObject } from "../object.ts";
import { claim, definition, ingress, needsEndpoints, quota, secret, service, volume } from "./others.ts";
import { READY, type Standing } from "./standing.ts";
import { daemonSet, deployment, job, pod, replicas, statefulSet } from "./workloads.ts";

/** What stands around an object and tells whether it works. */
export interface Surroundings {
  /** Where a Service's requests go. */
  endpointSlices(service: KubeObject): Promise<readonly KubeObject[]>;
  /** Of a claim's storage class; empty where it cannot be known. */
  bindingMode(claim: KubeObject): Promise<string>;
}

type Judge = (object: KubeObject, around: Surroundings, seconds: number) => Standing | Promise<Standing>;

const JUDGES: Readonly<Record<string, Judge>> = {
  "apps/v1/DaemonSet": daemonSet,
  "apps/v1/Deployment": deployment,
  "apps/v1/ReplicaSet": replicas,
  "apps/v1/StatefulSet": statefulSet,
  "apiextensions.k8s.io/v1/CustomResourceDefinition": definition,
  "batch/v1/Job": job,
  "networking.k8s.io/v1/Ingress": ingress,
  "v1/PersistentVolume": volume,
  "v1/PersistentVolumeClaim": async (object, around) =>
    claim(object, object.status && claim(object, "").ready ? "" : await around.bindingMode(object)),
  "v1/Pod": pod,
  "v1/ReplicationController": replicas,
  "v1/ResourceQuota": quota,
  "v1/Secret": secret,
  "v1/Service": async (object, around, seconds) =>
    service(object, needsEndpoints(object) ? await around.endpointSlices(object) : [], seconds),
};

/** Whether there is anything to wait for. */
export function isJudged({ apiVersion, kind }: KubeObject): boolean {
  return `${apiVersion}/${kind}` in JUDGES;
}

/** @param seconds since the change was made. */
export async function judge(object: KubeObject, around: Surroundings, seconds: number): Promise<Standing> {
  return (await JUDGES[`${object.apiVersion}/${object.kind}`]?.(object, around, seconds)) ?? READY;
}
