import type { ClusterOutputs } from "../../../infra/outputs.ts";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import type { FaultVictim } from "../../ops/chaos/faults.ts";
import { withAnyBroker } from "../cluster.ts";
import { describeMetadata, describeQuorum } from "../gaps.ts";
import { type ZooKeeperRole, zookeeperRole } from "../zookeeper.ts";

const ANSWER_LIMIT_MS = 5_000;

interface Cluster {
  readonly plan: ClusterPlan;
  readonly outputs: ClusterOutputs;
}

/**
 * Ids of the nodes that a fault may take, in order; as things are now.
 *
 * @param roleOf a ZooKeeper node's; absent: as it says at its address in the outputs.
 */
export async function victimsOf(
  victim: Exclude<FaultVictim, "cluster">,
  { plan, outputs }: Cluster,
  roleOf: (nodeId: number) => Promise<ZooKeeperRole | null> = roleBy(outputs),
): Promise<readonly number[]> {
  const { nodes, mode, bootstrapServers } = outputs;
  switch (victim) {
    case "broker":
      return nodes.filter(({ roles }) => roles.includes("broker")).map(({ id }) => id);
    case "controller":
      return withAnyBroker(bootstrapServers, ANSWER_LIMIT_MS, async (node) => {
        if (mode === "kraft") return [(await describeQuorum(node)).leaderId];
        const { controllerId } = (await describeMetadata(node, [])).cluster;
        return controllerId === null ? [] : [controllerId];
      });
    case "zookeeper-leader": {
      const ensemble = plan.nodes.filter(({ roles }) => roles.includes("zookeeper")).map(({ id }) => id);
      const roles = await Promise.all(ensemble.map(roleOf));
      return ensemble.filter((_, i) => roles[i] === "leader" || roles[i] === "standalone");
    }
  }
}

function roleBy({ nodes }: ClusterOutputs) {
  const addresses = new Map(nodes.map(({ id, address }) => [id, address]));
  return async (nodeId: number): Promise<ZooKeeperRole | null> => {
    const address = addresses.get(nodeId);
    return address === undefined ? null : zookeeperRole(address, ANSWER_LIMIT_MS);
  };
}
