import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiException, CoreV1Api, KubernetesObjectApi, type V1Pod } from "@kubernetes/client-node";
import { type KubeAccess, kubeAccess } from "../../toolchain/kubernetes.ts";

/** The cluster that tests may use, if there is one; else why its tests are skipped. */
export interface TestCluster {
  readonly access?: KubeAccess;
  readonly skip: false | string;
}

/**
 * Tests make and delete namespaces and kill processes, so an answer of the current context is not enough: whoever runs
 * them names it in `KAFKA_STACKS_TEST_CONTEXT`.
 */
export async function findCluster(): Promise<TestCluster> {
  const named = process.env.KAFKA_STACKS_TEST_CONTEXT;
  if (!named) return { skip: "KAFKA_STACKS_TEST_CONTEXT names no Kubernetes context for tests" };
  try {
    const access = kubeAccess(undefined);
    if (access.context !== named)
      return { skip: `the current context is ${access.context}, KAFKA_STACKS_TEST_CONTEXT names ${named}` };
    await core(access).listNamespace({ limit: 1, timeoutSeconds: 10 });
    return { access, skip: false };
  } catch (error) {
    const { message, cause } = error as Error;
    return {
      skip: `no Kubernetes answers in the context ${named} (${cause instanceof Error ? cause.message : message})`,
    };
  }
}

const core = (access: KubeAccess): CoreV1Api => access.config.makeApiClient(CoreV1Api);

export interface NodePod {
  readonly name: string;
  /** Another one each time that the pod is made anew. */
  readonly uid: string;
  readonly ready: boolean;
  /** Of its StatefulSet: another one after a change of the pod template. */
  readonly revision: string;
  /** Of the container, in this pod. */
  readonly restarts: number;
  /** What the machine calls the container that runs now; empty before the first one. */
  readonly containerId: string;
}

/** The pods of a cluster by node id. */
export async function podsOf(access: KubeAccess, namespace: string, stack: string): Promise<Map<number, NodePod>> {
  const labelSelector = `kafka-stacks/stack=${stack},kafka-stacks/pool`;
  const { items } = await core(access).listNamespacedPod({ namespace, labelSelector });
  return new Map(items.map((pod) => [nodeIdOf(pod), seen(pod)] as const).sort(([a], [b]) => a - b));
}

/** By the same formula and the same numbers as the pod itself has it. */
function nodeIdOf({ metadata, spec }: V1Pod): number {
  const env = new Map(spec?.containers[0]?.env?.map(({ name, value }) => [name, Number(value ?? Number.NaN)]));
  const ordinal = Number(metadata?.name?.split("-").at(-1));
  return (env.get("NODE_ID_BASE") ?? 0) + (env.get("NODE_ID_STRIDE") ?? 1) * ordinal;
}

function seen({ metadata, status }: V1Pod): NodePod {
  const [container] = status?.containerStatuses ?? [];
  return {
    name: metadata?.name ?? "",
    uid: metadata?.uid ?? "",
    ready: status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
    revision: metadata?.labels?.["controller-revision-hash"] ?? "",
    restarts: container?.restartCount ?? 0,
    containerId: (container?.containerID ?? "").replace(/^.*:\/\//, ""),
  };
}

/** Of the kinds that a stack makes in a namespace, and that are made because of these. */
export const KINDS: Readonly<Record<string, string>> = {
  StatefulSet: "apps/v1",
  ControllerRevision: "apps/v1",
  Pod: "v1",
  Service: "v1",
  ServiceAccount: "v1",
  ConfigMap: "v1",
  Secret: "v1",
  PersistentVolumeClaim: "v1",
  PodDisruptionBudget: "policy/v1",
  Job: "batch/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  Role: "rbac.authorization.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
};

/**
 * Names of everything that a stack has in a namespace, by kind; a kind without any is left out. What is named after
 * the stack and has no label counts too: nothing would ever find it again.
 */
export async function leftOf(access: KubeAccess, namespace: string, stack: string): Promise<Record<string, string[]>> {
  const objects = KubernetesObjectApi.makeApiClient(access.config);
  const found = await Promise.all(
    Object.entries(KINDS).map(async ([kind, apiVersion]) => {
      const { items } = await objects.list(apiVersion, kind, namespace);
      const names = items.flatMap(({ metadata: { name = "", labels = {} } = {} }) => {
        const owner = labels["kafka-stacks/stack"];
        return owner === stack || (owner === undefined && name.startsWith(`${stack}-`)) ? [name] : [];
      });
      return [kind, names.toSorted()] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}

/** Deletes a namespace with all that is in it, and waits until it is gone; one that is not there is gone. */
export async function dropNamespace(access: KubeAccess, name: string): Promise<void> {
  const isGone = (error: ApiException<unknown>) => {
    if (error.code !== 404) throw error;
    return true;
  };
  const api = core(access);
  const deadline = performance.now() + 180_000;
  while (!(await api.deleteNamespace({ name }).then(() => false, isGone))) {
    assert.ok(performance.now() < deadline, `namespace ${name} is gone within 3 minutes`);
    await sleep(200);
  }
}
