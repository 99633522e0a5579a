import type { IsrPartition } from "../../kafka/state.ts";
import { few } from "../words.ts";
import { type GateNode, type GateState, partitionName } from "./state.ts";

export type PartitionId = Pick<IsrPartition, "topic" | "partition">;

/** What a node that restarts leaves, and has to take up again. */
export interface Left {
  /** Partitions in whose ISR it was. */
  readonly inSync: readonly PartitionId[];
}

export type Returned =
  /** `leads`: partitions that it should lead and does not, in sync as it is. */
  | { readonly back: true; readonly leads: readonly PartitionId[] }
  | { readonly back: false; readonly reason: string; readonly missing: number };

/** What a node leaves if it stops now. Pure. */
export function leaves(id: number, { partitions }: Pick<GateState, "partitions">): Left {
  return {
    inSync: partitions.filter(({ isr }) => isr.includes(id)).map(({ topic, partition }) => ({ topic, partition })),
  };
}

/**
 * Whether a node that has restarted is where it was: registered, back in every ISR that it left (but for partitions which
 * are gone or were moved away), and heard of by the quorum's leader. Pure.
 */
export function returned({ id, roles }: GateNode, left: Left, { brokers, partitions, quorum }: GateState): Returned {
  const away = (reason: string, missing: number): Returned => ({
    back: false,
    reason: `node ${id} ${reason}`,
    missing,
  });
  if (quorum && quorum.leaderId < 0) return { back: false, reason: "the quorum has no leader", missing: 1 };
  const voter = quorum?.voters.find((one) => one.id === id);
  if (voter && id !== quorum?.leaderId && (voter.caughtUpAgoMs ?? Infinity) > VOTER_BACK_MS)
    return away("does not keep up with the quorum's leader yet", 1);
  if (!roles.includes("broker")) return { back: true, leads: [] };
  if (!brokers.includes(id)) return away("is not registered", left.inSync.length + 1);
  const was = new Set(left.inSync.map(partitionName));
  const out = partitions.filter(
    (one) => one.replicas.includes(id) && was.has(partitionName(one)) && !one.isr.includes(id),
  );
  if (out.length > 0) return away(`is not yet back in the ISR of ${few(out.map(partitionName))}`, out.length);
  const leads = partitions.filter(
    ({ replicas, leader, isr }) => replicas[0] === id && leader !== id && leader !== null && isr.includes(id),
  );
  return { back: true, leads: leads.map(({ topic, partition }) => ({ topic, partition })) };
}

/** A voter fetches at least twice a second. */
const VOTER_BACK_MS = 5_000;
