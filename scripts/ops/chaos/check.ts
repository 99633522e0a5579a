/**
 * The checker: a history in, everything that Kafka promised and did not keep out. The log itself is the truth: it was read
 * from its beginning to its end by offsets (`PartitionLog.readTo`), so what it lacks is not there.
 *
 * 1. Records: each promised one is in the log and visible; no failed or aborted one is; none more often than it may be
 *    (check-records.ts).
 * 2. Order: of one producer and key, the copy that is stored first stands in the order of sending (check-records.ts).
 * 3. Offsets: acknowledgements, readers and the log agree who stands where, and the log has no holes (check-offsets.ts).
 * 4. Strangers: nothing is there that was not sent, and no record or producer has another's numbers (check-strangers.ts).
 * 5. Groups: within a session offsets only grow; over all its sessions a group misses nothing (check-groups.ts).
 *
 * What cannot be judged passes nothing: a partition without a log is unproven, and a history that contradicts itself is refused.
 *
 * Each fault is named once, by the worst that is true of it: a record that is lost is not also a gap.
 */
import { ANOMALIES, type Anomaly } from "./anomaly.ts";
import { checkGroups } from "./check-groups.ts";
import { checkOffsets } from "./check-offsets.ts";
import { checkRecords } from "./check-records.ts";
import { checkStrangers } from "./check-strangers.ts";
import type { History } from "./history.ts";
import { indexHistory, proven } from "./index-history.ts";

export interface Findings {
  readonly anomalies: readonly Anomaly[];
  /** Further copies of records that a producer without idempotence had to send again: Kafka promises no less. */
  readonly duplicatesAllowed: number;
  /** Partitions whose log could not be read to its end, or not at all: nothing is lost there as far as anybody knows. */
  readonly unproven: readonly { readonly partition: number; readonly readTo: number; readonly endOffset: number }[];
}

/** Judges a history. Pure. @throws when it contradicts itself. */
export function checkHistory(history: History): Findings {
  const indexed = indexHistory(history);
  const { anomalies: records, duplicatesAllowed } = checkRecords(indexed);
  const offsets = checkOffsets(indexed, records);
  const strangers = checkStrangers(indexed, [...records, ...offsets]);
  const anomalies = [...records, ...offsets, ...strangers, ...checkGroups(indexed)];
  return {
    anomalies: anomalies.toSorted(
      (a, b) =>
        ANOMALIES.indexOf(a.kind) - ANOMALIES.indexOf(b.kind) ||
        a.partition - b.partition ||
        (a.offset ?? -1) - (b.offset ?? -1),
    ),
    duplicatesAllowed,
    unproven: partitionsOf(history).flatMap((partition) => {
      if (proven(indexed, partition, null)) return [];
      const { readTo, endOffset } = indexed.logOf.get(partition) ?? { readTo: 0, endOffset: 0 };
      return [{ partition, readTo, endOffset }];
    }),
  };
}

/** Those of the topic, and any other that something is told of. */
function partitionsOf({ partitions, log, sends, polls }: History): number[] {
  const told = [...log, ...sends, ...polls].map(({ partition }) => partition);
  return [...new Set([...Array(partitions).keys(), ...told])].toSorted((a, b) => a - b);
}
