/**
 * The ledger of a loss test: what was sent against what came back.
 *
 * 1. A record is *lost* when it was acknowledged and never delivered. One that was never acknowledged may be missing.
 * 2. Every delivery of a record after its first is *duplicated*.
 * 3. A first delivery is *out of order* when a record sent later to the same partition was delivered before it.
 * 4. Offsets of a partition that only we write to start at 0 and leave no *gap*.
 * 5. A record that comes from a partition other than its key's is *misplaced*; one that nobody sent is *foreign*.
 */
import { fail, pass, type RecordCounts, type Verdict } from "./report.ts";

export interface SentRecord {
  readonly id: string;
  readonly partition: number;
  acked: boolean;
}

export interface Delivery {
  readonly id: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Ledger {
  /** In the order of sending, at least within each partition. */
  readonly sent: SentRecord[];
  /** In the order of delivery, at least within each partition. */
  readonly received: Delivery[];
}

export interface LedgerAudit extends RecordCounts {
  readonly gaps: number;
  readonly misplaced: number;
  readonly foreign: number;
}

/** Counts every way in which the deliveries differ from what was sent. */
export function auditLedger({ sent, received }: Ledger): LedgerAudit {
  const positions = new Map(sent.map((record, position) => [record.id, { record, position }]));
  const seen = new Set<string>();
  const newest = new Map<number, number>();
  const nextOffset = new Map<number, number>();
  const found = { duplicated: 0, outOfOrder: 0, gaps: 0, misplaced: 0, foreign: 0 };

  for (const { id, partition, offset } of received) {
    const expected = nextOffset.get(partition) ?? 0;
    // Going back is a redelivery or a swap, which are counted as such; a jump ahead is a gap.
    if (offset > expected) found.gaps++;
    nextOffset.set(partition, Math.max(expected, offset + 1));

    const known = positions.get(id);
    if (!known) found.foreign++;
    else if (seen.has(id)) found.duplicated++;
    else {
      seen.add(id);
      if (known.record.partition !== partition) found.misplaced++;
      if (known.position < (newest.get(partition) ?? -1)) found.outOfOrder++;
      else newest.set(partition, known.position);
    }
  }

  const acked = sent.filter((record) => record.acked);
  const lost = acked.filter((record) => !seen.has(record.id)).length;
  return { sent: sent.length, acked: acked.length, received: received.length, lost, ...found };
}

/** The counts that the report publishes. */
export function countRecords(audit: LedgerAudit): RecordCounts {
  const { sent, acked, received, lost, duplicated, outOfOrder } = audit;
  return { sent, acked, received, lost, duplicated, outOfOrder };
}

/** Passes only when every record was acknowledged and came back exactly once, in order, at contiguous offsets. */
export function judgeLedger(audit: LedgerAudit, partitions: number): Verdict {
  const faults: readonly (readonly [count: number, text: string])[] = [
    [audit.sent - audit.acked, "not acknowledged"],
    [audit.lost, "acknowledged but lost"],
    [audit.duplicated, "delivered more than once"],
    [audit.outOfOrder, "out of order"],
    [audit.gaps, "gaps between offsets"],
    [audit.misplaced, "in a partition other than their key's"],
    [audit.foreign, "that nobody sent"],
  ];
  const found = faults.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`);
  if (audit.sent === 0) return fail("no record was sent", "see why in the other checks");
  if (found.length === 0)
    return pass(`${audit.sent} keyed records over ${partitions} partitions, each read back once and in order`);
  return fail(
    `of ${audit.sent} records: ${found.join(", ")}`,
    "run health, and read the brokers' logs for this minute",
  );
}
