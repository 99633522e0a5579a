import type { Role } from "../../../infra/plan/types.ts";
import type { Levels } from "../../../infra/plan/versions.ts";
import type { IsrPartition, QuorumState } from "../../kafka/state.ts";

export interface GateNode {
  readonly id: number;
  readonly roles: readonly Role[];
  readonly rack?: string | null;
}

/** What the gate sees of a cluster. */
export interface GateState {
  /** Registered and unfenced brokers. */
  readonly brokers: readonly number[];
  /** All of them, those of internal topics included. */
  readonly partitions: readonly IsrPartition[];
  /** Null in ZooKeeper mode. */
  readonly quorum: QuorumState | null;
  /** Nodes that load or recover their logs, each with how far it is in words; absent where nobody can tell. */
  readonly recovering?: ReadonlyMap<number, string>;
  /** What Kafka's features are finalized at; absent where nobody tells. */
  readonly finalized?: Levels;
}

/** What a person or the stack file accepts. */
export interface GateTerms {
  /** That partitions and quorums which no restart can spare are unavailable while one of their nodes restarts. */
  readonly allowUnavailable: boolean;
  /** Version of Kafka with which nodes come back; absent where it is not known. */
  readonly kafkaVersion?: string;
  /** Brokers of one rack may restart together, where that costs no partition its min ISR. Default: one at a time. */
  readonly parallel?: "rack";
  /** The node whose data are deleted once it has stopped: others must have all of it. See {@link mayReplace}. */
  readonly replaces?: number;
}

/** In-sync replicas that live: in ZooKeeper mode a dead one stays in the ISR until its session ends. */
export const aliveIsr = ({ isr }: Pick<IsrPartition, "isr">, { brokers }: Pick<GateState, "brokers">): number[] =>
  isr.filter((id) => brokers.includes(id));

export const partitionName = ({ topic, partition }: Pick<IsrPartition, "topic" | "partition">): string =>
  `${topic}-${partition}`;
