import { describeControllers, describeQuorum, type NodeConnection, withNode } from "./gaps.ts";
import type { QuorumState } from "./state.ts";

/**
 * Asks the quorum's leader, wherever it is: only that tells of the quorum, and changes it.
 *
 * @param controllers addresses, host:port, of controllers that may know it; all are asked at once.
 * @throws when none of them knows a leader that answers in time.
 */
export async function withLeader<T>(
  controllers: readonly string[],
  timeoutMs: number,
  ask: (leader: NodeConnection, quorum: QuorumState) => Promise<T>,
): Promise<T> {
  const address = await Promise.any(controllers.map((one) => leaderOf(one, timeoutMs))).catch((error: unknown) => {
    throw error instanceof AggregateError ? error.errors[0] : error;
  });
  return withNode(address, timeoutMs, async (leader) => {
    const quorum = await describeQuorum(leader).catch(() => {
      throw new Error("the quorum is choosing its leader");
    });
    return ask(leader, quorum);
  });
}

async function leaderOf(controller: string, timeoutMs: number): Promise<string> {
  const { leaderId, addresses } = await withNode(controller, timeoutMs, describeControllers);
  const address = addresses.get(leaderId);
  if (address === undefined) throw new Error("the quorum has no leader");
  return address;
}
