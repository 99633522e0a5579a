import type { types } from "@pulumi/kubernetes";
import { insideListener, portOf, reachableListeners } from "../../container/node.ts";
import { names, stackLabels } from "../names.ts";
import { poolsOf } from "../pools.ts";
import type { Plan } from "./config.ts";
import { type Group, groupOf, groupSelector, nodeSelector } from "./labels.ts";
import { brokersOf } from "./services.ts";

/** The machine of whoever looks, where tunnels begin. */
export const HERE = "127.0.0.1";

const metadata = (plan: Plan, name: string) => ({
  name,
  namespace: plan.kubernetes.namespace,
  labels: stackLabels(plan.name),
});

export function renderNamespace({ name, kubernetes }: Plan) {
  // Pods of the cluster meet it; with it, so must all others.
  const restricted = { "pod-security.kubernetes.io/enforce": "restricted" };
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: kubernetes.namespace, labels: { ...stackLabels(name), ...restricted } },
  } satisfies types.input.core.v1.Namespace;
}

/** The pods ask nothing of the API server, so they get no token. */
export function renderServiceAccount(plan: Plan) {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata(plan, names.serviceAccount(plan.name)),
    automountServiceAccountToken: false,
  } satisfies types.input.core.v1.ServiceAccount;
}

export const groupsOf = (plan: Plan): Group[] => [...new Set(poolsOf(plan).map(groupOf))];

/**
 * At most one pod of a group may be evicted at a time. As a pod is ready only while it is in sync, none may be while another
 * has not caught up, and so a drain never takes a partition below its min ISR.
 */
export function renderDisruptionBudget(plan: Plan, group: Group) {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadata(plan, names.group(plan.name, group)),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: groupSelector(plan.name, group) },
      // A pod that is not ready may still lead partitions.
      unhealthyPodEvictionPolicy: "IfHealthyBudget",
    },
  } satisfies types.input.policy.v1.PodDisruptionBudget;
}

/**
 * Clients reach brokers; the quorum and ZooKeeper are for the cluster's own pods only. A tunnel begins in the pod itself and
 * needs no permission here.
 */
export function renderNetworkPolicy(plan: Plan, group: Group) {
  const own = [{ podSelector: { matchLabels: nodeSelector(plan.name) } }];
  const members = plan.nodes.filter((node) =>
    poolsOf({ ...plan, nodes: [node] }).some((pool) => groupOf(pool) === group),
  );
  const listeners = new Map(
    members.flatMap((node) => reachableListeners(node).map((one) => [one.name, one.port] as const)),
  );
  const { outside } = plan.security.listeners;
  const forClients = [insideListener(plan), ...(plan.kubernetes.external === "none" ? [] : [outside])];
  const ports = (wanted: boolean) =>
    [...listeners]
      .filter(([name]) => forClients.includes(name) === wanted)
      .map(([, port]) => ({ port, protocol: "TCP" }));
  const [open, closed] = [ports(true), ports(false)];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(plan, names.group(plan.name, group)),
    spec: {
      podSelector: { matchLabels: groupSelector(plan.name, group) },
      policyTypes: ["Ingress"],
      ingress: [
        ...(open.length > 0 ? [{ ports: open }] : []),
        ...(closed.length > 0 ? [{ from: own, ports: closed }] : []),
      ],
    },
  } satisfies types.input.networking.v1.NetworkPolicy;
}

/** What brokers tell clients outside, by node id; `:port` stands for the address of the pod's machine. */
export function renderExternalMap(plan: Plan, told: Readonly<Record<string, string>>) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(plan, names.externalMap(plan.name)),
    data: told,
  } satisfies types.input.core.v1.ConfigMap;
}

/**
 * What each broker tells clients outside. Without a way in it is a port of their own machine, for a tunnel to begin at.
 *
 * @param addresses of the load balancers by node id; unused with node ports.
 */
export function externalAddresses(
  plan: Plan,
  ports: Readonly<Record<string, number>>,
  addresses: Readonly<Record<string, string>>,
): Record<string, string> {
  const { external, advertisedHost } = plan.kubernetes;
  const { outside } = plan.security.listeners;
  const entries = brokersOf(plan).map((node) => {
    const host = advertisedHost?.replaceAll("{id}", String(node.id));
    const port = ports[`${outside}@${node.id}`];
    if (external === "none") return [node.id, `${HERE}:${port}`];
    if (external === "nodePort") return [node.id, `${host ?? ""}:${port}`];
    return [node.id, `${host ?? addresses[node.id]}:${portOf(node, outside)}`];
  });
  return Object.fromEntries(entries);
}
