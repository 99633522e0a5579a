/**
 * What clients did to a cluster and what came of it, as plain data: written by `scripts/kafka/chaos` while the cluster is
 * disturbed, judged by `check.ts` afterwards. Times are milliseconds since the load began.
 */

export interface ProducerEntry {
  readonly name: string;
  /** The broker drops what it stored already, so that a record is never stored twice, whatever was sent again. */
  readonly idempotent: boolean;
}

/** One try of a send that was not acknowledged. */
export interface SendFailure {
  /** Kafka's or the client's name of the error. */
  readonly kind: string;
  /** False when the error says that nothing was stored: refused by the leader, or never sent. */
  readonly mayBeStored: boolean;
}

/** One record, however often it was sent. */
export interface SendEntry {
  /** The record's value; no two sends have the same. */
  readonly id: string;
  readonly producer: string;
  readonly key: string;
  /** Counts up for each producer and key, which sends the next only once this one has ended. */
  readonly number: number;
  readonly partition: number;
  readonly invokedMs: number;
  readonly endedMs: number;
  /** Failed: certainly not stored. Unknown: given up, and perhaps stored. */
  readonly outcome: "acked" | "failed" | "unknown";
  /** Of the acknowledgement; null when there is none, or when it tells none. */
  readonly offset: number | null;
  /** Tries before the last word, in order. */
  readonly failures: readonly SendFailure[];
  /** Id of the transaction that it belongs to. */
  readonly transaction: string | null;
}

export interface TransactionEntry {
  readonly id: string;
  readonly producer: string;
  readonly begunMs: number;
  readonly endedMs: number;
  /** Unknown: nobody answered whether it is committed. */
  readonly outcome: "committed" | "aborted" | "unknown";
  /** Why it was aborted against its will, or is unknown. */
  readonly error: string | null;
}

/** One record that a consumer got; in the order in which it got them. All consumers read committed records only. */
export interface PollEntry {
  readonly group: string;
  readonly consumer: string;
  /** Counts the times that the consumer joined: it may begin again at what its group committed. */
  readonly session: number;
  readonly partition: number;
  readonly offset: number;
  readonly id: string;
  readonly atMs: number;
}

export interface LoggedRecord {
  readonly offset: number;
  /** Null for what is no record of a client: the marker that ends a transaction. */
  readonly id: string | null;
  /** Who reads committed records sees `data` only. */
  readonly kind: "data" | "aborted" | "control";
  /** Producer id, epoch and sequence number by which a broker knows what it stored already; null without idempotence. */
  readonly sequence: string | null;
}

/** A partition as its log has it after everything has ended, asked of the leader offset by offset. */
export interface PartitionLog {
  readonly partition: number;
  readonly startOffset: number;
  /** First offset that was not read because nothing is stored there. */
  readonly endOffset: number;
  /** Below it the log was read without exception; lower than `endOffset` when the leader could not be read to the end. */
  readonly readTo: number;
  /** As the leader gave them. */
  readonly records: readonly LoggedRecord[];
}

export interface History {
  readonly durationMs: number;
  /** Of the topic, from 0: each of them must be in the log. */
  readonly partitions: number;
  readonly producers: readonly ProducerEntry[];
  readonly groups: readonly string[];
  readonly sends: readonly SendEntry[];
  readonly transactions: readonly TransactionEntry[];
  readonly polls: readonly PollEntry[];
  readonly log: readonly PartitionLog[];
}
