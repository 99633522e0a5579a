import { fetchV12, listOffsetsV7 } from "@platformatic/kafka";
import type { NodeConnection } from "./gaps.ts";

/** A piece of a partition's log as its leader keeps it; what kafkajs shows only through a group, and in part. */
export interface FetchedLog {
  /** High watermark: first offset that readers may not see yet. */
  readonly endOffset: number;
  readonly batches: readonly FetchedBatch[];
  /** Transactions that were aborted, by where they began. */
  readonly aborted: readonly { readonly producerId: string; readonly firstOffset: number }[];
}

export interface FetchedBatch {
  readonly lastOffset: number;
  readonly transactional: boolean;
  /** The marker that ends a transaction; null for a batch of records. */
  readonly control: "commit" | "abort" | null;
  readonly producerId: string;
  readonly producerEpoch: number;
  /** Negative without idempotence. */
  readonly firstSequence: number;
  readonly records: readonly { readonly offset: number; readonly value: string }[];
}

const READ_COMMITTED = 1;
const OF_A_CLIENT = -1;
/** A timestamp that stands for the beginning of the log. */
const EARLIEST = -2n;
const MOST_BYTES = 1024 ** 2;
/** Attributes of a record batch (KIP-98). */
const TRANSACTIONAL = 0b1_0000;
const CONTROL = 0b10_0000;
/** Type of a control record: its key holds a version and this, 16 bits each. */
const COMMIT = 1;

/** First offset that the leader of a partition still has. @throws when this node does not lead it. */
export async function startOffset(node: NodeConnection, topic: string, partition: number): Promise<number> {
  const partitions = [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp: EARLIEST }];
  const answer = await listOffsetsV7.api.async(node, OF_A_CLIENT, READ_COMMITTED, [{ name: topic, partitions }]);
  return Number(answer.topics[0]?.partitions[0]?.offset ?? 0n);
}

/**
 * Asks the leader of a partition for what it stores from an offset on, up to where no transaction is open.
 *
 * @throws when this node does not lead it, or has nothing at that offset.
 */
export async function fetchCommitted(
  node: NodeConnection,
  topic: string,
  partition: number,
  offset: number,
): Promise<FetchedLog> {
  const wanted = {
    partition,
    currentLeaderEpoch: -1,
    fetchOffset: BigInt(offset),
    lastFetchedEpoch: -1,
    partitionMaxBytes: MOST_BYTES,
  };
  // In this version of the request the topic goes by its name, which the library calls its id.
  const topics = [{ topicId: topic, partitions: [wanted] }];
  const answer = await fetchV12.api.async(node, 0, 1, MOST_BYTES, READ_COMMITTED, 0, -1, topics, [], "");
  const found = answer.responses[0]?.partitions[0];
  if (!found) throw new Error(`the answer does not name ${topic}-${partition}`);
  return {
    endOffset: Number(found.highWatermark),
    batches: (found.records ?? []).map(batchOf),
    aborted: (found.abortedTransactions ?? []).map(({ producerId, firstOffset }) => ({
      producerId: String(producerId),
      firstOffset: Number(firstOffset),
    })),
  };
}

type RawBatch = NonNullable<fetchV12.FetchResponsePartition["records"]>[number];

function batchOf(batch: RawBatch): FetchedBatch {
  const first = Number(batch.firstOffset);
  const type = batch.records[0]?.key?.readInt16BE(2);
  return {
    lastOffset: first + batch.lastOffsetDelta,
    transactional: (batch.attributes & TRANSACTIONAL) !== 0,
    control: (batch.attributes & CONTROL) === 0 ? null : type === COMMIT ? "commit" : "abort",
    producerId: String(batch.producerId),
    producerEpoch: batch.producerEpoch,
    firstSequence: batch.firstSequence,
    records: batch.records.map(({ offsetDelta, value }) => ({
      offset: first + offsetDelta,
      value: value?.toString() ?? "",
    })),
  };
}
