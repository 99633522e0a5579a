import type { IsrPartition } from "../../kafka/state.ts";
import { aliveIsr, type GateState, type GateTerms } from "./state.ts";

/**
 * What a stop would do to a partition, the worst first. The model is Redpanda's pre-restart probe, told for Kafka, where
 * the ISR takes the place of a majority:
 *
 * - acks1-loss: the node leads, and no other replica is in sync. What was acknowledged since they fell out is nowhere else:
 *   it is lost if this node's disk does not come back, or if an unclean election lets another replica lead.
 * - unavailable: no other replica is in sync, so nobody may lead.
 * - acks-all-refused: those that stay are fewer than min.insync.replicas: producers with acks=all get NotEnoughReplicas.
 *
 * A replica in the ISR may still be behind by replica.lag.time.max.ms; how far, Kafka tells nobody. When the leadership
 * goes to it, records of acks=1 that it has yet to fetch are cut off. That is what acks=1 promises, and no order of
 * restarts changes it.
 */
export type Risk = "acks1-loss" | "unavailable" | "acks-all-refused";

export interface PartitionRisk {
  readonly risk: Risk;
  readonly partition: IsrPartition;
  /** Not even with all replicas in sync could one of them be spared: waiting does not help. */
  readonly byDesign: boolean;
  /** In-sync replicas that would have to come for the stop to be right. */
  readonly missing: number;
}

/**
 * The partitions that a stop of this broker would harm. Pure.
 *
 * 1. A broker that is not registered serves nobody, and one that is out of an ISR adds nothing to it: no risk.
 * 2. Those that stay in sync must be as many as min ISR. Where the terms allow it, a partition that can never have that
 *    (1 replica, or no more than min ISR) needs all its other replicas instead: never worse than its design.
 */
export function partitionRisks(id: number, state: GateState, { allowUnavailable }: GateTerms): PartitionRisk[] {
  if (!state.brokers.includes(id)) return [];
  return state.partitions.flatMap((partition) => {
    if (!partition.isr.includes(id)) return [];
    const others = partition.replicas.length - 1;
    const byDesign = others < partition.minIsr;
    const needed = allowUnavailable ? Math.min(partition.minIsr, others) : partition.minIsr;
    const staying = aliveIsr(partition, state).filter((member) => member !== id).length;
    if (staying >= needed) return [];
    const risk: Risk =
      staying > 0 ? "acks-all-refused" : partition.leader === id && others > 0 ? "acks1-loss" : "unavailable";
    return [{ risk, partition, byDesign: byDesign && !allowUnavailable, missing: needed - staying }];
  });
}
