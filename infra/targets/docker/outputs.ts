import type { ClusterOutputs } from "../../outputs.ts";
import type { ClusterPlan, ListenerName, NodePlan } from "../../plan/types.ts";
import { insideListener, portOf, zooKeeperListener } from "../container/node.ts";
import type { Decisions } from "../decisions/kept.ts";
import { containerName, networkName } from "./names.ts";
import { portKey } from "./render.ts";

/** Where a cluster of containers is reached, from its engine's machine and from its own network. Pure. */
export function clusterOutputs(plan: ClusterPlan, cluster: Pick<Decisions, "clusterId" | "ports">): ClusterOutputs {
  const { name, nodes, mode, kafkaVersion } = plan;
  const { listeners } = plan.security;
  const inside = (node: NodePlan, wanted: ListenerName) => `${containerName(name, node.id)}:${portOf(node, wanted)}`;
  const outside = ({ id }: NodePlan) =>
    `${plan.docker?.advertisedHost}:${cluster.ports[portKey(listeners.outside, id)]}`;
  const main = (node: NodePlan) =>
    node.roles.includes("broker")
      ? outside(node)
      : inside(node, node.roles.includes("controller") ? listeners.quorum : zooKeeperListener(node));
  const brokers = nodes.filter(({ roles }) => roles.includes("broker"));
  return {
    schemaVersion: 1,
    stack: name,
    target: "docker",
    mode,
    kafkaVersion,
    clusterId: cluster.clusterId,
    bootstrapServers: brokers.map(outside),
    inside: { network: networkName(name), bootstrapServers: brokers.map((node) => inside(node, insideListener(plan))) },
    nodes: nodes.map((node) => ({
      id: node.id,
      roles: [...node.roles],
      rack: node.rack,
      address: main(node),
      ...(node.roles.includes("controller") ? { controllerAddress: inside(node, listeners.quorum) } : {}),
    })),
  };
}
