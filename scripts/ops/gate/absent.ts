import { VOTER_CURRENT_MS } from "./may-stop.ts";
import type { GateState } from "./state.ts";

/** Whether nothing of the cluster depends on a node: it is no live broker and no voter that keeps up. Pure. */
export function isAbsent(id: number, { brokers, quorum }: Pick<GateState, "brokers" | "quorum">): boolean {
  const voter = quorum?.voters.find((one) => one.id === id);
  const votes =
    voter !== undefined && (id === quorum?.leaderId || (voter.caughtUpAgoMs ?? Infinity) <= VOTER_CURRENT_MS);
  return !votes && !brokers.includes(id);
}
