/**
 * How the voters of a dynamic quorum (KIP-853) change, one at a time. Pure.
 *
 * Invariant: after each change a majority of the new voters keeps up, so that the change is committed and the quorum goes on.
 */
import type { QuorumReplicaState, QuorumState } from "../../kafka/state.ts";
import { VOTER_CURRENT_MS } from "./may-stop.ts";

/** A voter is a node with its data, which `directoryId` tells. */
type Key = Pick<QuorumReplicaState, "id"> & { readonly directoryId: string };

export type VoterStep =
  | { readonly step: "done" }
  | { readonly step: "add" }
  /** The directory may be that of an earlier disk of the node. */
  | { readonly step: "remove"; readonly directoryId: string }
  | { readonly step: "wait"; readonly reason: string };

/**
 * What comes next for a controller that runs and should vote:
 *
 * 1. a voter of its id with other data goes first: that disk is gone, and would count as a voter that is down,
 * 2. it is added once it has all that the leader has,
 * 3. it is done when it keeps up as a voter; then the next one may come.
 */
export function joinStep({ id, directoryId }: Key, quorum: QuorumState): VoterStep {
  if (quorum.leaderId < 0) return wait("the quorum has no leader");
  const earlier = quorum.voters.find((voter) => voter.id === id && voter.directoryId !== directoryId);
  if (earlier?.directoryId !== undefined) return removal({ id, directoryId: earlier.directoryId }, quorum);
  if (earlier) return wait("the leader does not tell voters by their data yet");
  const voter = quorum.voters.find((one) => one.id === id);
  if (voter)
    return isCurrent(voter, quorum) ? { step: "done" } : wait(`controller ${id} votes and does not keep up yet`);
  const observer = quorum.observers.find((one) => one.id === id && one.directoryId === directoryId);
  if (!observer || !isCurrent(observer, quorum)) return wait(`controller ${id} does not keep up yet`);
  return unlessTooFew([...quorum.voters, observer], quorum, `adding controller ${id}`) ?? { step: "add" };
}

/** What comes next for a controller that should not vote any more, whether it runs or not. */
export function leaveStep(id: number, quorum: QuorumState): VoterStep {
  if (quorum.leaderId < 0) return wait("the quorum has no leader");
  const voter = quorum.voters.find((one) => one.id === id);
  if (!voter) return { step: "done" };
  if (voter.directoryId === undefined) return wait("the leader does not tell voters by their data yet");
  return removal({ id, directoryId: voter.directoryId }, quorum);
}

function removal({ id, directoryId }: Key, quorum: QuorumState): VoterStep {
  const rest = quorum.voters.filter((voter) => voter.id !== id || voter.directoryId !== directoryId);
  return unlessTooFew(rest, quorum, `taking controller ${id} from the voters`) ?? { step: "remove", directoryId };
}

function unlessTooFew(voters: readonly QuorumReplicaState[], quorum: QuorumState, what: string): VoterStep | undefined {
  const majority = Math.floor(voters.length / 2) + 1;
  const current = voters.filter((voter) => isCurrent(voter, quorum)).length;
  if (current >= majority) return undefined;
  return wait(`${what} waits: of ${voters.length} voters only ${current} would keep up, and ${majority} must`);
}

const isCurrent = ({ id, caughtUpAgoMs }: QuorumReplicaState, { leaderId }: QuorumState): boolean =>
  id === leaderId || (caughtUpAgoMs ?? Infinity) <= VOTER_CURRENT_MS;

const wait = (reason: string): VoterStep => ({ step: "wait", reason });
