import type { types } from "@pulumi/kubernetes";
import { insideListener, portOf, reachableListeners } from "../../container/node.ts";
import { names, stackLabels } from "../names.ts";
import { podName } from "../pools.ts";
import type { Plan } from "./config.ts";
import { groupSelector, nodeSelector } from "./labels.ts";
import { portName } from "./pod.ts";

type Service = types.input.core.v1.Service;

const service = (plan: Plan, name: string) => ({
  apiVersion: "v1" as const,
  kind: "Service" as const,
  metadata: { name, namespace: plan.kubernetes.namespace, labels: stackLabels(plan.name) },
});

const port = (name: string, number: number) => ({ name, port: number, targetPort: number, protocol: "TCP" });

/** Gives every pod its own name, ready or not: a quorum forms before anyone is ready. Pure. */
export function renderNodesService(plan: Plan) {
  const listeners = new Map(
    plan.nodes.flatMap((node) => reachableListeners(node).map((one) => [one.name, one.port] as const)),
  );
  return {
    ...service(plan, names.nodes(plan.name)),
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: nodeSelector(plan.name),
      ports: [...listeners].map(([name, number]) => port(portName(name), number)),
    },
  } satisfies Service;
}

/** Where clients inside the cluster begin: any broker that is ready. Pure. */
export function renderBootstrapService(plan: Plan) {
  const broker = brokersOf(plan)[0]!;
  const inside = insideListener(plan);
  return {
    ...service(plan, names.bootstrap(plan.name)),
    spec: {
      type: "ClusterIP",
      selector: groupSelector(plan.name, "brokers"),
      ports: [port(portName(inside), portOf(broker, inside))],
    },
  } satisfies Service;
}

/**
 * The way to one broker from outside. Ready or not: a broker that lags behind in one partition leads others all the same.
 * Pure.
 *
 * @param nodePort decided for it; with a load balancer none is.
 */
export function renderExternalService(plan: Plan, nodeId: number, nodePort: number | undefined) {
  const { external, advertisedHost } = plan.kubernetes;
  const broker = plan.nodes.find(({ id }) => id === nodeId)!;
  const isNodePort = external === "nodePort";
  const { outside } = plan.security.listeners;
  return {
    ...service(plan, names.external(plan.name, nodeId)),
    spec: {
      type: isNodePort ? "NodePort" : "LoadBalancer",
      // Clients who are told the machine of the pod need no other to hand them on.
      externalTrafficPolicy: isNodePort && advertisedHost === undefined ? "Local" : "Cluster",
      publishNotReadyAddresses: true,
      selector: { "statefulset.kubernetes.io/pod-name": podName(plan, nodeId) },
      ports: [
        {
          ...port(portName(outside), portOf(broker, outside)),
          ...(nodePort === undefined ? {} : { nodePort }),
        },
      ],
    },
  } satisfies Service;
}

export const brokersOf = ({ nodes }: Pick<Plan, "nodes">) => nodes.filter(({ roles }) => roles.includes("broker"));
