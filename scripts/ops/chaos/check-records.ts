/** What became of each record that was sent: see the kinds in `anomaly.ts`. */
import type { Anomaly } from "./anomaly.ts";
import type { LoggedRecord, PartitionLog, SendEntry } from "./history.ts";
import { type Copy, type Indexed, isPromised, proven, visible } from "./index-history.ts";

export interface RecordFindings {
  readonly anomalies: readonly Anomaly[];
  readonly duplicatesAllowed: number;
}

export function checkRecords(history: Indexed): RecordFindings {
  const judged = history.sends.map((send) => ({
    promise: checkPromise(history, send),
    copies: checkCopies(history, send),
  }));
  return {
    anomalies: [
      ...judged.flatMap(({ promise, copies }) => [...promise, ...copies.anomalies]),
      ...history.transactions.flatMap(({ id, outcome }) => (outcome === "unknown" ? checkTorn(history, id) : [])),
      ...checkOrder(history),
    ],
    duplicatesAllowed: judged.reduce((sum, { copies }) => sum + copies.allowed, 0),
  };
}

function checkPromise(history: Indexed, send: SendEntry): Anomaly[] {
  const copies = history.copiesOf.get(send.id) ?? [];
  const [poll] = history.pollsOf.get(send.id) ?? [];
  const shown = visible(history, send.id)[0] ?? poll;
  const aborted = send.transaction !== null && history.transactionOf.get(send.transaction)?.outcome === "aborted";
  if (send.outcome === "failed" || aborted) {
    const why = aborted ? `transaction ${send.transaction} was aborted` : "its send failed";
    return shown ? [found("G1a", send, shown.offset, `readers see it, although ${why}`)] : [];
  }
  const promised = isPromised(history, send);
  const offset = send.offset ?? poll?.offset ?? null;
  if (copies.length === 0 && (promised || poll) && proven(history, send.partition, offset))
    return [lost(history, send, offset, promised ? "acknowledged" : `read by ${poll!.group}`)];
  if (promised && copies.length > 0 && visible(history, send.id).length === 0)
    return [
      found(
        "committed-unread",
        send,
        copies[0]!.offset,
        `transaction ${send.transaction} was committed, not this part`,
      ),
    ];
  return [];
}

/**
 * A broker that is sent a sequence number again answers with the offset of the record that had it first. A client that gave
 * that number to another record meanwhile takes the answer for an acknowledgement of the new one, which was never stored.
 */
function lost(history: Indexed, send: SendEntry, offset: number | null, known: string): Anomaly {
  const holder = offset === null ? undefined : history.at.get(send.partition)?.get(offset);
  const log = history.logOf.get(send.partition)!;
  const first = holder?.id == null ? undefined : history.sendOf.get(holder.id);
  if (first && history.idempotent.has(send.producer) && first.producer === send.producer && isBefore(first, send))
    return {
      ...found("lost-write", send, offset, `the client gave it the sequence number of ${first.id}`),
      by: "client",
    };
  return found("lost-write", send, offset, `${known}, not in the log${placeOf(offset, log, holder)}`);
}

/** What is there instead, in words. */
function placeOf(offset: number | null, log: PartitionLog, holder: LoggedRecord | undefined): string {
  if (offset === null) return "";
  if (holder) return `; its offset holds ${holder.id ?? "a marker"}`;
  if (offset < log.startOffset) return `; the log begins at ${log.startOffset}`;
  return offset < log.endOffset ? "; its offset holds nothing" : `; the log ends at ${log.endOffset}`;
}

const isBefore = (a: SendEntry, b: SendEntry): boolean => a.endedMs <= b.invokedMs;

/** An idempotent producer's record is stored once; another's once for the last try, and once for each that is uncertain. */
function checkCopies(history: Indexed, send: SendEntry): { anomalies: Anomaly[]; allowed: number } {
  const copies = visible(history, send.id);
  const extra = copies.length - 1;
  if (extra < 1) return { anomalies: [], allowed: 0 };
  const last = copies.at(-1)!;
  if (history.idempotent.has(send.producer)) {
    const numbers = new Set(copies.map(({ sequence }) => sequence));
    const by = numbers.size === copies.length ? "client" : "cluster";
    const detail = `stored ${copies.length} times, ${by === "client" ? "each under a sequence number of its own" : "twice under one sequence number"}`;
    return { anomalies: [{ ...found("duplicate", send, last.offset, detail), by }], allowed: 0 };
  }
  const uncertain = send.failures.filter(({ mayBeStored }) => mayBeStored).length;
  const may = uncertain - (send.outcome === "acked" ? 0 : 1);
  if (extra <= may) return { anomalies: [], allowed: extra };
  const detail = `stored ${copies.length} times, sent at most ${may + 1}`;
  return { anomalies: [found("duplicate", send, last.offset, detail)], allowed: Math.max(0, may) };
}

function checkTorn(history: Indexed, transaction: string): Anomaly[] {
  const parts = history.sends.filter((send) => send.transaction === transaction && send.outcome === "acked");
  const hidden = parts.filter(({ id }) => visible(history, id).length === 0);
  const judged = hidden.filter(({ partition, offset }) => proven(history, partition, offset));
  // A part that readers saw and the log lacks is lost, and named so already.
  const torn = judged.filter(({ id }) => !history.pollsOf.has(id));
  if (hidden.length === parts.length) return [];
  return torn.map((send) =>
    found("torn-transaction", send, send.offset, `other records of ${transaction} are visible`),
  );
}

/** Acknowledged records only: one that was given up may still arrive later, which is what "unknown" means. */
function checkOrder(history: Indexed): Anomaly[] {
  const lanes = Map.groupBy(
    history.sends.filter(({ outcome }) => outcome === "acked"),
    ({ producer, key }) => `${producer} ${key}`,
  );
  return [...lanes.values()].flatMap((lane) => {
    let newest: { readonly send: SendEntry; readonly copy: Copy } | undefined;
    return lane
      .toSorted((a, b) => a.number - b.number)
      .flatMap((send) => {
        const [copy] = visible(history, send.id);
        if (!copy) return [];
        if (newest && copy.offset < newest.copy.offset) {
          const detail = `sent after ${newest.send.id}, which is at ${newest.copy.offset}`;
          return [found("nonmonotonic-send", send, copy.offset, detail)];
        }
        newest = { send, copy };
        return [];
      });
  });
}

function found(kind: Anomaly["kind"], { id, partition }: SendEntry, offset: number | null, detail: string): Anomaly {
  return { kind, by: "cluster", partition, offset, record: id, detail };
}
