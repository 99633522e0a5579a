/**
 * Whether one node does its work, asked of that node itself. A node that refuses, hangs or is still starting is
 * `false`, never an error: callers poll.
 */
import { describeControllers, describeMetadata, describeQuorum, withNode } from "./gaps.ts";
import { zookeeperRole } from "./zookeeper.ts";

const DEFAULT_TIMEOUT_MS = 2_000;
/** A voter fetches at least twice a second: four missed fetches mean that it does not follow. */
const CAUGHT_UP_WITHIN_MS = 2_000;

/** True when the broker lists itself among the live ones: registered and unfenced. */
export async function brokerServes(address: string, nodeId: number, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<boolean> {
  return orFalse(
    withNode(address, timeoutMs, async (node) => {
      const { cluster } = await describeMetadata(node, []);
      return cluster.brokers.some(({ id }) => id === nodeId);
    }),
  );
}

/**
 * True when the controller answers, knows a leader, and either leads or keeps up: as a voter, or as an observer that has yet
 * to become one.
 * Only the leader describes the quorum, so a follower's standing is asked of the leader that it names.
 */
export async function controllerServes(
  address: string,
  nodeId: number,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<boolean> {
  return orFalse(
    withNode(address, timeoutMs, async (node) => {
      const { leaderId, addresses } = await describeControllers(node);
      const leaderAddress = addresses.get(leaderId);
      if (!addresses.has(nodeId) || !leaderAddress) return false;
      const quorum =
        leaderId === nodeId ? await describeQuorum(node) : await withNode(leaderAddress, timeoutMs, describeQuorum);
      const found = [...quorum.voters, ...quorum.observers].filter(({ id }) => id === nodeId);
      if (found.length === 0) return false;
      return (
        quorum.leaderId === nodeId ||
        found.some(({ caughtUpAgoMs }) => (caughtUpAgoMs ?? Number.POSITIVE_INFINITY) <= CAUGHT_UP_WITHIN_MS)
      );
    }),
  );
}

/** True when the ZooKeeper node is part of a quorum that serves requests. */
export async function zookeeperServes(address: string, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<boolean> {
  return (await zookeeperRole(address, timeoutMs)) !== null;
}

function orFalse(answer: Promise<boolean>): Promise<boolean> {
  return answer.catch(() => false);
}
