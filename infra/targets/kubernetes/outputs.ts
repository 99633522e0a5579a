import type { ClusterOutputs } from "../../outputs.ts";
import type { ListenerName, NodePlan } from "../../plan/types.ts";
import { insideListener, portOf, zooKeeperListener } from "../container/node.ts";
import { names } from "./names.ts";
import type { KubernetesPlanned } from "./pools.ts";
import { hostOf } from "./render/config.ts";

/** What became known of a cluster of pods when it was deployed. */
export interface Deployed {
  readonly clusterId: string;
  /** What each broker tells clients outside, by node id; `:port` stands for its pod's machine. */
  readonly external: Readonly<Record<string, string>>;
  /** Address of the machine that each node's pod runs on, by node id. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** Where a cluster of pods is reached, from outside and from its own Kubernetes. Pure. */
export function clusterOutputs(plan: KubernetesPlanned, deployed: Deployed): ClusterOutputs {
  const { name, nodes, mode, kafkaVersion, kubernetes } = plan;
  const brokers = nodes.filter(({ roles }) => roles.includes("broker"));
  const bootstrap = `${names.bootstrap(name)}.${kubernetes.namespace}.svc.${kubernetes.clusterDomain}`;
  const forGuests = insideListener(plan);
  const { quorum } = plan.security.listeners;
  const inside = (node: NodePlan, listener: ListenerName) => `${hostOf(plan, node.id)}:${portOf(node, listener)}`;
  const main = (node: NodePlan) => {
    if (node.roles.includes("broker")) return outside(deployed, node.id) ?? inside(node, forGuests);
    return inside(node, node.roles.includes("controller") ? quorum : zooKeeperListener(node));
  };
  return {
    schemaVersion: 1,
    stack: name,
    target: "kubernetes",
    mode,
    kafkaVersion,
    clusterId: deployed.clusterId,
    bootstrapServers: brokers.flatMap(({ id }) => outside(deployed, id) ?? []),
    ...(kubernetes.external === "none" ? { tunnel: true } : {}),
    inside: { network: kubernetes.namespace, bootstrapServers: [`${bootstrap}:${portOf(brokers[0]!, forGuests)}`] },
    nodes: nodes.map((node) => ({
      id: node.id,
      roles: [...node.roles],
      rack: node.rack,
      address: main(node),
      ...(node.roles.includes("controller") ? { controllerAddress: inside(node, quorum) } : {}),
    })),
  };
}

/** As node.sh tells it. Undefined where nothing leads in from outside. */
function outside({ external, hosts }: Deployed, id: number): string | undefined {
  const told = external[id];
  if (!told?.startsWith(":")) return told;
  const host = hosts[id] ?? "";
  return host.includes(":") ? `[${host}]${told}` : `${host}${told}`;
}
