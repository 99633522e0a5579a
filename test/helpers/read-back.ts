import { setTimeout as sleep } from "node:timers/promises";
import type { Kafka } from "kafkajs";

/** Where the cluster said that it keeps a record, and when. */
export interface Ack {
  readonly partition: number;
  readonly offset: string;
  /** Since the load began. */
  readonly afterMs: number;
}

/** Readers one after the other: one that stands still is a client's fault, and says nothing of the log. */
const READERS = 3;
const STANDS_STILL_MS = 20_000;

/**
 * The acknowledged records that no reader finds in the topic, each with where it should be and what its partition holds.
 *
 * @param wanted the records' values; each is written once or, after a retry, more than once.
 * @param say told of a reader that stood still before it had found all.
 */
export async function findLost(
  kafka: Kafka,
  topic: string,
  wanted: ReadonlyMap<string, Ack>,
  say: (text: string) => void,
): Promise<string[]> {
  const missing = new Map(wanted);
  for (let reader = 1; reader <= READERS && missing.size > 0; reader++) {
    const before = missing.size;
    await read(kafka, topic, missing);
    if (missing.size > 0) say(`reader ${reader} stood still: ${before - missing.size} of ${before} found`);
  }
  if (missing.size === 0) return [];
  const partitions = await ranges(kafka, topic);
  return [...missing].map(
    ([value, { partition, offset, afterMs }]) =>
      `${value}, acknowledged after ${afterMs} ms as ${topic}-${partition}@${offset}, which holds ${partitions.get(partition)}`,
  );
}

/** Takes out of `missing` what one new reader sees, until nothing is missing or nothing more comes. */
async function read(kafka: Kafka, topic: string, missing: Map<string, Ack>): Promise<void> {
  const groupId = `load-reader-${process.pid}-${Date.now()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  let lastAt = Date.now();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        lastAt = Date.now();
        missing.delete(message.value?.toString() ?? "");
      },
    });
    while (missing.size > 0 && Date.now() < lastAt + STANDS_STILL_MS) await sleep(50);
  } finally {
    await consumer.disconnect();
  }
}

/** First and next offset of each partition. */
async function ranges(kafka: Kafka, topic: string): Promise<Map<number, string>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const partitions = await admin.fetchTopicOffsets(topic);
    return new Map(partitions.map(({ partition, low, high }) => [partition, `${low} to ${high}`]));
  } finally {
    await admin.disconnect();
  }
}
