import { CoreV1Api, KubernetesObjectApi } from "@kubernetes/client-node";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { KINDS, type NodePod } from "../../helpers/kube.ts";

/** Of what is told beside the kinds that a stack makes. */
const ALSO: Readonly<Record<string, string>> = { Event: "v1", Endpoints: "v1", EndpointSlice: "discovery.k8s.io/v1" };

/** Everything that a namespace has, by kind, as Kubernetes tells it to whoever may look at that kind. */
export async function objectsIn(access: KubeAccess, namespace: string): Promise<Map<string, string>> {
  const objects = KubernetesObjectApi.makeApiClient(access.config);
  const kinds = Object.entries({ ...KINDS, ...ALSO });
  const texts = kinds.map(async ([kind, apiVersion]) => {
    const { items } = await objects.list(apiVersion, kind, namespace);
    return [kind, JSON.stringify(items)] as const;
  });
  return new Map(await Promise.all(texts));
}

/** What Secrets hold, decoded. */
export async function secretsIn(access: KubeAccess, namespace: string): Promise<string> {
  const { items } = await access.config.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace });
  const values = items.flatMap(({ data = {} }) => Object.values(data));
  return values.map((value) => Buffer.from(value, "base64").toString()).join("\n");
}

/** The logs of every pod, and of the container before, where one was started again; by the pod's name. */
export async function logsOf(
  access: KubeAccess,
  namespace: string,
  pods: readonly NodePod[],
): Promise<Map<string, string>> {
  const core = access.config.makeApiClient(CoreV1Api);
  const log = (name: string, previous: boolean) => core.readNamespacedPodLog({ namespace, name, previous });
  const texts = pods.map(async ({ name, restarts }) => {
    const [now, before] = await Promise.all([log(name, false), restarts > 0 ? log(name, true) : ""]);
    return [name, now + before] as const;
  });
  return new Map(await Promise.all(texts));
}
