import { few } from "../words.ts";
import { type MayStop, mayStop, type Reason, VOTER_CURRENT_MS } from "./may-stop.ts";
import { aliveIsr, type GateNode, type GateState, type GateTerms, partitionName } from "./state.ts";

/**
 * Whether the data of a node may be given up, to be copied anew from the others. Pure. It may when
 *
 * 1. it may stop, or has stopped,
 * 2. of each of its partitions another live replica is in sync: what only it has would be lost, which no consent allows,
 * 3. all other voters keep up: an empty voter votes for one that lacks what only the two of them had.
 */
export function mayReplace(node: GateNode, state: GateState, terms: GateTerms): MayStop {
  const stop = mayStop(node, state, terms);
  const onlyCopies = copies(node, state);
  const lacking = voters(node, state);
  const reasons = [...onlyCopies, ...lacking, ...(stop.may === "now" ? [] : stop.reasons)];
  const [first, ...more] = reasons;
  if (!first) return { may: "now" };
  const never = stop.may === "never" || reasons.some(({ why }) => why === "by-design");
  return { may: never ? "never" : "later", reasons: [first, ...more] };
}

function copies({ id, roles }: GateNode, state: GateState): Reason[] {
  if (!roles.includes("broker")) return [];
  const only = state.partitions.filter(
    (partition) => partition.replicas.includes(id) && !aliveIsr(partition, state).some((member) => member !== id),
  );
  if (only.length === 0) return [];
  const why = only.some(({ replicas }) => replicas.length === 1) ? "by-design" : "partitions";
  const words = `no other replica in sync has the records of ${few(only.map(partitionName))}, which broker ${id} holds`;
  return [{ why, words, missing: only.length }];
}

function voters({ id }: GateNode, { quorum }: GateState): Reason[] {
  if (!quorum?.voters.some((voter) => voter.id === id)) return [];
  const behind = quorum.voters.filter(
    (voter) => voter.id !== id && voter.id !== quorum.leaderId && (voter.caughtUpAgoMs ?? Infinity) > VOTER_CURRENT_MS,
  );
  if (quorum.voters.length === 1)
    return [
      { why: "by-design", words: `controller ${id} is the only voter: nobody else has the metadata`, missing: 1 },
    ];
  if (behind.length === 0) return [];
  const words = `controller ${few(behind.map((voter) => String(voter.id)))} does not keep up, and may lack metadata that controller ${id} has`;
  return [{ why: "quorum", words, missing: behind.length }];
}
