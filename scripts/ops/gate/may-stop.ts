import type { QuorumState } from "../../kafka/state.ts";
import { few } from "../words.ts";
import { type PartitionRisk, partitionRisks, type Risk } from "./risks.ts";
import { type GateNode, type GateState, type GateTerms, partitionName } from "./state.ts";

/** Why a node may not stop now. */
export interface Reason {
  readonly why: "partitions" | "quorum" | "moving" | "recovering" | "by-design";
  readonly words: string;
  /** What still has to come: it shrinks while the cluster is on its way. */
  readonly missing: number;
}

/** `never`: no wait helps, only other settings or someone's consent. */
export type MayStop =
  | { readonly may: "now" }
  | { readonly may: "later" | "never"; readonly reasons: readonly [Reason, ...Reason[]] };

/** A voter that fetched longer ago than this does not count towards the majority that must stay. */
export const VOTER_CURRENT_MS = 5_000;

/**
 * Whether a node that runs may stop now, and if not, why. Pure. It may when
 *
 * 1. it does not recover its logs: that would begin anew,
 * 2. none of its partitions is being moved: a copy under way would lose its source or its goal,
 * 3. no partition comes to harm, see {@link partitionRisks},
 * 4. the quorum keeps a majority of voters that keep up.
 */
export function mayStop(node: GateNode, state: GateState, terms: GateTerms): MayStop {
  const risks = node.roles.includes("broker") ? partitionRisks(node.id, state, terms) : [];
  const quorum = quorumReason(node.id, state.quorum, terms);
  const never = [...byDesign(node, risks), ...(quorum?.why === "by-design" ? [quorum] : [])];
  if (isSome(never)) return { may: "never", reasons: never };
  const later = [...recovery(node, state), ...moves(node, state), ...harms(node, risks), ...(quorum ? [quorum] : [])];
  return isSome(later) ? { may: "later", reasons: later } : { may: "now" };
}

const isSome = <T>(items: readonly T[]): items is readonly [T, ...T[]] => items.length > 0;

const HARM: Readonly<Record<Risk, string>> = {
  "acks1-loss": "no other replica has what it acknowledged",
  unavailable: "no other replica could lead",
  "acks-all-refused": "acks=all would be refused",
};
const WORST = Object.keys(HARM);

function harms({ id }: GateNode, risks: readonly PartitionRisk[]): Reason[] {
  const [first] = risks.toSorted((a, b) => WORST.indexOf(a.risk) - WORST.indexOf(b.risk));
  if (!first) return [];
  const { isr, minIsr } = first.partition;
  const others = risks.length > 1 ? ` and ${risks.length - 1} more` : "";
  const of = `${partitionName(first.partition)} (in sync: ${isr.join(", ")}; min ISR ${minIsr})${others}`;
  const missing = risks.reduce((sum, risk) => sum + risk.missing, 0);
  return [{ why: "partitions", words: `broker ${id} is needed by ${of}: ${HARM[first.risk]}`, missing }];
}

function byDesign({ id }: GateNode, risks: readonly PartitionRisk[]): Reason[] {
  const designed = risks.filter((risk) => risk.byDesign);
  if (designed.length === 0) return [];
  const named = designed.map(({ partition }) => {
    const { replicas, minIsr } = partition;
    return `${partitionName(partition)} (${replicas.length === 1 ? "1 replica" : `${replicas.length} replicas, min ISR ${minIsr}`})`;
  });
  const words = `broker ${id} has partitions that no restart can spare: ${few(named, ", ", 5)}`;
  return [{ why: "by-design", words, missing: designed.length }];
}

function moves({ id, roles }: GateNode, { partitions }: GateState): Reason[] {
  const moving = partitions.filter((partition) => partition.moving && partition.replicas.includes(id));
  if (!roles.includes("broker") || moving.length === 0) return [];
  const words = `replicas of ${few(moving.map(partitionName))} are being moved from or to broker ${id}`;
  return [{ why: "moving", words, missing: moving.length }];
}

function recovery({ id }: GateNode, { recovering }: GateState): Reason[] {
  const words = recovering?.get(id);
  return words === undefined ? [] : [{ why: "recovering", words: `node ${id} ${words}`, missing: 1 }];
}

function quorumReason(id: number, quorum: QuorumState | null, { allowUnavailable }: GateTerms): Reason | undefined {
  if (!quorum?.voters.some((voter) => voter.id === id)) return undefined;
  const others = quorum.voters.filter((voter) => voter.id !== id);
  const current = others.filter(
    (voter) => voter.id === quorum.leaderId || (voter.caughtUpAgoMs ?? Infinity) <= VOTER_CURRENT_MS,
  ).length;
  const majority = Math.floor(quorum.voters.length / 2) + 1;
  const never = others.length < majority;
  const needed = allowUnavailable ? Math.min(majority, others.length) : majority;
  if (current >= needed) return undefined;
  const of = `of ${quorum.voters.length} voters`;
  if (never && !allowUnavailable)
    return { why: "by-design", words: `controller ${id} is one ${of}, of which no restart can spare any`, missing: 1 };
  const words = `controller ${id} is needed: ${of} only ${current} others keep up and ${needed} must`;
  return { why: "quorum", words, missing: needed - current };
}
