/**
 * The checker: a history in, everything that Kafka promised and did not keep out. The log itself is the truth: it was read
 * from its beginning to its end by offsets (`PartitionLog.readTo`), so what it lacks is not there.
 *
 * 1. Records: each promised one is in the log and visible; no failed or aborted one is; none more often than it may be
 *    (check-records.ts).
 * 2. Order: of one producer and key, the copy that is stored first stands in the order of sending (check-records.ts).
 * 3. Offsets: acknowledgements, readers and the log agree who stands where, and the log has no holes (check-offsets.ts).
 * 4. Groups: within a session offsets only grow; over all its sessions a group misses nothing (check-groups.ts).
 *
 * Each fault is named once, by the worst that is true of it: a record that is lost is not also a gap.
 */
import { ANOMALIES, type Anomaly } from "./anomaly.ts";
import { checkGroups } from "./check-groups.ts";
import { checkOffsets } from "./check-offsets.ts";
import { checkRecords } from "./check-records.ts";
import type { History } from "./history.ts";
import { indexHistory, proven } from "./index-history.ts";

export interface Findings {
  readonly anomalies: readonly Anomaly[];
  /** Further copies of records that a producer without idempotence had to send again: Kafka promises no less. */
  readonly duplicatesAllowed: number;
  /** Partitions whose log could not be read to its end: nothing is lost there as far as anybody knows. */
  readonly unproven: readonly { readonly partition: number; readonly readTo: number; readonly endOffset: number }[];
}

/** Judges a history. Pure. */
export function checkHistory(history: History): Findings {
  const indexed = indexHistory(history);
  const { anomalies: records, duplicatesAllowed } = checkRecords(indexed);
  const anomalies = [...records, ...checkOffsets(indexed, records), ...checkGroups(indexed)];
  return {
    anomalies: anomalies.toSorted(
      (a, b) =>
        ANOMALIES.indexOf(a.kind) - ANOMALIES.indexOf(b.kind) ||
        a.partition - b.partition ||
        (a.offset ?? -1) - (b.offset ?? -1),
    ),
    duplicatesAllowed,
    unproven: history.log
      .filter(({ partition }) => !proven(indexed, partition, null))
      .map(({ partition, readTo, endOffset }) => ({ partition, readTo, endOffset })),
  };
}
