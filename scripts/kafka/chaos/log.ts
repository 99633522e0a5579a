/**
 * Reads a topic's log offset by offset, each partition asked of its leader, without a group and without kafkajs, whose
 * consumers leave partitions out that their metadata does not have. A partition is read when its leader says that nothing
 * is stored beyond (high watermark), and that no transaction is open there (last stable offset). How long it took says
 * nothing: the caller learns how far it came.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { LoggedRecord, PartitionLog } from "../../ops/chaos/history.ts";
import { withAnyBroker } from "../cluster.ts";
import { type FetchedBatch, type FetchedLog, fetchCommitted, startOffset } from "../fetch.ts";
import { describeMetadata, type NodeConnection, withNode } from "../gaps.ts";

const ANSWER_LIMIT_MS = 10_000;
const AGAIN_MS = 250;

export interface LogOptions {
  /** Gives up on a partition that yielded nothing for so long. */
  readonly patienceMs: number;
}

export async function readLog(
  bootstrapServers: readonly string[],
  topic: { readonly name: string; readonly partitions: number },
  options: LogOptions,
): Promise<PartitionLog[]> {
  const logs: PartitionLog[] = [];
  // One after the other: what is read is kept in memory, and nobody waits for it.
  for (let partition = 0; partition < topic.partitions; partition++)
    logs.push(await readPartition(bootstrapServers, topic.name, partition, options));
  return logs;
}

async function readPartition(
  bootstrapServers: readonly string[],
  topic: string,
  partition: number,
  { patienceMs }: LogOptions,
): Promise<PartitionLog> {
  const reading: Reading = { records: [], startOffset: undefined, next: 0, endOffset: 0, done: false };
  for (let movedAt = performance.now(); !reading.done && performance.now() - movedAt < patienceMs; ) {
    const before = reading.next;
    try {
      const leader = await leaderOf(bootstrapServers, topic, partition);
      await withNode(leader, ANSWER_LIMIT_MS, (node) => readFrom(node, topic, partition, reading));
    } catch {
      // A leader that moved or does not answer: whoever leads next is asked from there on.
    }
    if (reading.next > before) movedAt = performance.now();
    if (!reading.done) await sleep(AGAIN_MS);
  }
  const { startOffset: start = 0, endOffset, next, records, done } = reading;
  // Never heard of its end: then it is beyond what was read.
  const end = done ? endOffset : Math.max(endOffset, next + 1);
  return { partition, startOffset: start, endOffset: end, readTo: next, records };
}

interface Reading {
  readonly records: LoggedRecord[];
  /** Not known yet when undefined. */
  startOffset: number | undefined;
  next: number;
  endOffset: number;
  done: boolean;
}

/** Reads on until the end, or until an answer brings nothing new. */
async function readFrom(node: NodeConnection, topic: string, partition: number, reading: Reading): Promise<void> {
  if (reading.startOffset === undefined) {
    reading.startOffset = await startOffset(node, topic, partition);
    reading.next = reading.startOffset;
  }
  for (;;) {
    const from = reading.next;
    const answer = await fetchCommitted(node, topic, partition, from);
    reading.endOffset = answer.endOffset;
    const records = recordsOf(answer.batches, answer.aborted).filter(({ offset }) => offset >= from);
    reading.records.push(...records);
    reading.next = records.reduce((next, { offset }) => Math.max(next, offset + 1), from);
    if (reading.next >= answer.endOffset) reading.done = true;
    if (reading.done || records.length === 0) return;
  }
}

async function leaderOf(bootstrapServers: readonly string[], topic: string, partition: number): Promise<string> {
  return withAnyBroker(bootstrapServers, ANSWER_LIMIT_MS, async (node) => {
    const { cluster, topics } = await describeMetadata(node, [topic]);
    const leader = topics[0]?.partitions.find((one) => one.partition === partition)?.leader;
    const address = cluster.brokers.find(({ id }) => id === leader)?.address;
    if (address === undefined) throw new Error(`${topic}-${partition} has no leader`);
    return address;
  });
}

/**
 * Which records of transactions were aborted, as Kafka's own consumer finds it: a producer's records are, from the first
 * offset that the answer names for it up to its abort marker.
 */
export function recordsOf(batches: readonly FetchedBatch[], aborted: FetchedLog["aborted"]): LoggedRecord[] {
  const waiting = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const aborting = new Set<string>();
  return batches.flatMap((batch): LoggedRecord[] => {
    while (waiting[0] && waiting[0].firstOffset <= batch.lastOffset) aborting.add(waiting.shift()!.producerId);
    if (batch.control) {
      if (batch.control === "abort") aborting.delete(batch.producerId);
      return batch.records.map(({ offset }) => ({ offset, id: null, kind: "control", sequence: null }));
    }
    const kind = batch.transactional && aborting.has(batch.producerId) ? "aborted" : "data";
    return batch.records.map(({ offset, value }, i) => ({
      offset,
      id: value,
      kind,
      sequence: isNumbered(batch) ? `${batch.producerId}/${batch.producerEpoch}/${batch.firstSequence + i}` : null,
    }));
  });
}

/** Without idempotence kafkajs sends sequence 0 with producer id -1, the Java client -1 for both. */
const isNumbered = ({ producerId, firstSequence }: FetchedBatch): boolean =>
  !producerId.startsWith("-") && firstSequence >= 0;
