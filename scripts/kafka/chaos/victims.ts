import type { ClusterOutputs } from "../../../infra/outputs.ts";
import type { FaultVictim } from "../../ops/chaos/faults.ts";
import { withAnyBroker } from "../cluster.ts";
import { describeMetadata, describeQuorum } from "../gaps.ts";
import { zookeeperRole } from "../zookeeper.ts";

const ANSWER_LIMIT_MS = 5_000;

/** Ids of the nodes that a fault may take, in order; as things are now. */
export async function victimsOf(
  victim: Exclude<FaultVictim, "cluster">,
  outputs: ClusterOutputs,
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
      const ensemble = nodes.filter(({ roles }) => roles.includes("zookeeper"));
      const roles = await Promise.all(ensemble.map(({ address }) => zookeeperRole(address, ANSWER_LIMIT_MS)));
      return ensemble.filter((_, i) => roles[i] === "leader" || roles[i] === "standalone").map(({ id }) => id);
    }
  }
}
