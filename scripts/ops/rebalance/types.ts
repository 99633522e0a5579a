/** A broker that may hold replicas. */
export interface PlacementBroker {
  readonly id: number;
  /** Null is a rack too: that of all brokers without one. */
  readonly rack: string | null;
}

/** One partition as it lies now, and what is wanted of it. */
export interface PartitionPlacement {
  readonly topic: string;
  readonly partition: number;
  /** In order: the first is the preferred leader. */
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Of its log on one broker; 0 where nobody tells. */
  readonly bytes: number;
  /** How many replicas it shall have. */
  readonly replicationFactor: number;
  /** How much work it is to lead it, compared with others; default 1. */
  readonly weight?: number;
}

/** New replicas of one partition. The same replicas in another order cost nothing: only the preferred leader changes. */
export interface ReplicaMove {
  readonly topic: string;
  readonly partition: number;
  readonly from: readonly number[];
  /** The first is the preferred leader. */
  readonly to: readonly number[];
  /** Of one replica. */
  readonly bytes: number;
}

/** Brokers that get a copy with the move. */
export const adding = ({ from, to }: ReplicaMove): number[] => to.filter((id) => !from.includes(id));

/** Brokers that lose theirs. */
export const removing = ({ from, to }: ReplicaMove): number[] => from.filter((id) => !to.includes(id));

/** What is copied over the network: one log for each replica that is new. */
export const copiedBytes = (move: ReplicaMove): number => adding(move).length * move.bytes;
