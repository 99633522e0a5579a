import type { IsrState } from "../../scripts/kafka/isr.ts";
import { partitionsNeeding } from "../../scripts/kafka/isr.ts";
import type { QuorumState } from "../../scripts/kafka/state.ts";
import type { Role } from "../plan/types.ts";

export interface RollNode {
  readonly id: number;
  readonly roles: readonly Role[];
}

/** What the gate sees of the cluster; `quorum` is null in ZooKeeper mode. */
export interface RollState {
  readonly isr: IsrState;
  readonly quorum: QuorumState | null;
}

export type RollAction =
  | { readonly action: "restart"; readonly id: number }
  | { readonly action: "wait"; readonly reason: string };

/** A voter that fetched longer ago than this does not count towards the majority that must stay. */
const VOTER_CURRENT_MS = 5_000;

/**
 * Which of the waiting nodes may restart now. Pure.
 *
 * 1. Nodes of one kind after the other, in the plan's restart order: controllers come before brokers.
 * 2. Within a kind the order decides, but the quorum's leader goes last: every other restart costs no election.
 * 3. A node goes only when the cluster can spare it: every partition keeps its min ISR and the quorum its majority. A later
 *    one of its kind that can be spared goes first: one that fell out of the ISR is what the others wait for.
 *
 * @param order the plan's restart order.
 */
export function nextToRestart(waiting: readonly RollNode[], order: readonly number[], state: RollState): RollAction {
  const inOrder = waiting.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const kind = inOrder[0]?.roles.join();
  const isLeader = ({ id }: RollNode) => id === state.quorum?.leaderId;
  const candidates = inOrder
    .filter(({ roles }) => roles.join() === kind)
    .toSorted((a, b) => Number(isLeader(a)) - Number(isLeader(b)));
  const reasons = candidates.map((node) => held(node, state));
  const spare = candidates.find((_, index) => reasons[index] === undefined);
  if (spare) return { action: "restart", id: spare.id };
  return { action: "wait", reason: reasons[0] ?? "no node asks" };
}

/** Why the cluster cannot spare a node now. */
function held({ id, roles }: RollNode, { isr, quorum }: RollState): string | undefined {
  return (roles.includes("broker") ? heldByPartitions(id, isr) : undefined) ?? heldByQuorum(id, quorum);
}

function heldByPartitions(id: number, isr: IsrState): string | undefined {
  const needing = partitionsNeeding(id, isr);
  const first = needing[0];
  if (!first) return undefined;
  const others = needing.length > 1 ? ` and ${needing.length - 1} more` : "";
  return `broker ${id} is needed by ${first.topic}-${first.partition} (in sync: ${first.isr.join(", ")}; min ISR ${first.minIsr})${others}`;
}

function heldByQuorum(id: number, quorum: QuorumState | null): string | undefined {
  if (!quorum?.voters.some((voter) => voter.id === id) || quorum.voters.length === 1) return undefined;
  const staying = quorum.voters.filter(
    (voter) =>
      voter.id !== id && (voter.id === quorum.leaderId || (voter.caughtUpAgoMs ?? Infinity) <= VOTER_CURRENT_MS),
  );
  const majority = Math.floor(quorum.voters.length / 2) + 1;
  if (staying.length >= majority) return undefined;
  return `controller ${id} is needed: of ${quorum.voters.length} voters only ${staying.length} others keep up and ${majority} must`;
}
