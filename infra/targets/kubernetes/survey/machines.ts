import type { V1Container, V1Node, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { parseQuantity } from "../../../../toolchain/quantity.ts";
import { everyItem, type KubeApi } from "../api.ts";
import { KEY, type Labels } from "../names.ts";
import { parseCpuMillis } from "../quantity.ts";

/** What a machine has, or what pods ask for. */
export interface Resources {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly pods: number;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** What Kubernetes calls a node: a machine that runs pods. */
export interface Machine {
  readonly name: string;
  /** IP addresses under which pods of it with host ports or node ports are reached. */
  readonly addresses: readonly string[];
  readonly labels: Labels;
  /** False when it is cordoned. */
  readonly schedulable: boolean;
  readonly taints: readonly Taint[];
  readonly allocatable: Resources;
  /** Requested by pods on it that are not this stack's: an earlier deployment's room is free for the next. */
  readonly taken: Resources;
}

export const NOTHING: Resources = { cpuMillis: 0, memoryBytes: 0, pods: 0 };

const add = (a: Resources, b: Resources): Resources => ({
  cpuMillis: a.cpuMillis + b.cpuMillis,
  memoryBytes: a.memoryBytes + b.memoryBytes,
  pods: a.pods + b.pods,
});

const most = (a: Resources, b: Resources): Resources => ({
  cpuMillis: Math.max(a.cpuMillis, b.cpuMillis),
  memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
  pods: Math.max(a.pods, b.pods),
});

/** A pod that has ended keeps nothing. */
const fieldSelector = "status.phase!=Succeeded,status.phase!=Failed";

/** @throws Forbidden when nodes or the pods of other namespaces may not be read. */
export async function readMachines(api: KubeApi, namespace: string, stack: string): Promise<Machine[]> {
  const [nodes, pods] = await Promise.all([
    everyItem((page) => api.core.listNode(page)),
    everyItem((page) => api.core.listPodForAllNamespaces({ ...page, fieldSelector })),
  ]);
  const isOurs = ({ metadata }: V1Pod) => metadata?.namespace === namespace && metadata.labels?.[KEY.stack] === stack;
  const byMachine = Map.groupBy(
    pods.filter((pod) => !isOurs(pod)),
    ({ spec }) => spec?.nodeName,
  );
  return nodes.map((node) => machineOf(node, byMachine.get(node.metadata?.name) ?? []));
}

/** What this stack's pods request now. @throws Forbidden */
export async function readOwn(api: KubeApi, namespace: string, stack: string): Promise<Resources> {
  const labelSelector = `${KEY.stack}=${stack}`;
  const pods = await everyItem((page) =>
    api.core.listNamespacedPod({ ...page, namespace, labelSelector, fieldSelector }),
  );
  return pods.map(({ spec }) => requestsOf(spec)).reduce(add, NOTHING);
}

function machineOf({ metadata, spec, status }: V1Node, pods: readonly V1Pod[]): Machine {
  const allocatable = status?.allocatable ?? {};
  return {
    name: metadata?.name ?? "",
    addresses: (status?.addresses ?? []).filter(({ type }) => type.endsWith("IP")).map(({ address }) => address),
    labels: metadata?.labels ?? {},
    schedulable: spec?.unschedulable !== true,
    taints: (spec?.taints ?? []).map(({ key, value = "", effect }) => ({ key, value, effect })),
    allocatable: {
      cpuMillis: parseCpuMillis(allocatable.cpu),
      memoryBytes: parseQuantity(allocatable.memory),
      pods: parseQuantity(allocatable.pods),
    },
    taken: pods.map((pod) => requestsOf(pod.spec)).reduce(add, NOTHING),
  };
}

type RequestedContainer = Pick<V1Container, "resources" | "restartPolicy">;

/** Of a pod's specification, what its size depends on. */
export interface Requested extends Pick<V1PodSpec, "overhead"> {
  readonly containers: readonly RequestedContainer[];
  readonly initContainers?: readonly RequestedContainer[];
}

/**
 * What a pod counts for when its machine is chosen: its containers together with the sidecars among its init containers, or
 * the largest other init container, and the overhead of its runtime class.
 */
export function requestsOf(spec: Requested | undefined): Resources {
  const resourcesOf = ({ resources }: RequestedContainer): Resources => ({
    cpuMillis: parseCpuMillis(resources?.requests?.cpu),
    memoryBytes: parseQuantity(resources?.requests?.memory),
    pods: 0,
  });
  const initial = spec?.initContainers ?? [];
  const isSidecar = ({ restartPolicy }: RequestedContainer) => restartPolicy === "Always";
  const together = [...(spec?.containers ?? []), ...initial.filter(isSidecar)].map(resourcesOf).reduce(add, NOTHING);
  const before = initial
    .filter((one) => !isSidecar(one))
    .map(resourcesOf)
    .reduce(most, NOTHING);
  const overhead = {
    cpuMillis: parseCpuMillis(spec?.overhead?.cpu),
    memoryBytes: parseQuantity(spec?.overhead?.memory),
  };
  return add(most(together, before), { ...overhead, pods: 1 });
}

/** Labels of machines that are made when pods need them: Karpenter's, and those of services that hide machines altogether. */
const ON_DEMAND = ["karpenter.sh/nodepool", "eks.amazonaws.com/compute-type"];

export const makesMachines = (machines: readonly Machine[]): boolean =>
  machines.some(({ labels }) => ON_DEMAND.some((label) => label in labels));
