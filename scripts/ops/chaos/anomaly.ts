/**
 * Names of anomalies, those of Jepsen's kafka workload where it has one (jepsen.tests.kafka).
 *
 * - `lost-write`: acknowledged, or read by somebody, and not in the log.
 * - `committed-unread`: of a committed transaction, and in the log as if it had been aborted.
 * - `torn-transaction`: of a transaction whose end nobody confirmed a part is visible and a part is not.
 * - `G1a`: read, though its send failed or its transaction was aborted.
 * - `unsent`: in the log or read, and never sent, or not to that partition.
 * - `duplicate-sequence`: stored under a sequence number that another record of its producer has.
 * - `shared-producer-id`: two producers were given one id by the cluster.
 * - `duplicate`: stored more often than the producer may have sent it.
 * - `nonmonotonic-send`: stored before a record that the same producer sent before it with the same key.
 * - `inconsistent-offsets`: two records at one offset, as acknowledgements, readers and the log tell.
 * - `offset-gap`: an offset of the log with nothing there, no marker of a transaction either; its beginning included.
 * - `poll-skip`: a group read on beyond a record that it never read.
 * - `nonmonotonic-poll`: a reader was given an offset that is not beyond the one before.
 * - `unseen`: in the log, and not read by a group that did not read on.
 */
export const ANOMALIES = [
  "lost-write",
  "committed-unread",
  "torn-transaction",
  "G1a",
  "unsent",
  "duplicate-sequence",
  "shared-producer-id",
  "duplicate",
  "nonmonotonic-send",
  "inconsistent-offsets",
  "offset-gap",
  "poll-skip",
  "nonmonotonic-poll",
  "unseen",
] as const;

export type AnomalyKind = (typeof ANOMALIES)[number];

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** Whose it is. The client's only where the log itself shows that the cluster did its part. */
  readonly by: "cluster" | "client";
  readonly partition: number;
  /** Where it is, or should be. */
  readonly offset: number | null;
  /** Value of the record. */
  readonly record: string | null;
  readonly detail: string;
}
