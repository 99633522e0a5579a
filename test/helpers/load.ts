import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type KafkaConfig, type Producer } from "kafkajs";
import type { Identity } from "../../scripts/kafka/identity.ts";
import { socketFactory } from "../../scripts/kafka/ways.ts";

export interface LoadReport {
  readonly acked: number;
  /** Acknowledged, and not to be read afterwards. */
  readonly lost: number;
  /** Sends that the client gave up on: what an application would see. */
  readonly errors: readonly string[];
  /** Longest time without any acknowledgement, in milliseconds. */
  readonly longestStallMs: number;
}

export type Login = Pick<KafkaConfig, "sasl" | "socketFactory">;

/** How kafkajs logs in as somebody; in plaintext nobody does. */
export function loginOf(identity: Identity | undefined): Login {
  if (!identity) return {};
  const { name: username, password } = identity;
  return {
    socketFactory: socketFactory(identity),
    ...(password === undefined ? {} : { sasl: { mechanism: "scram-sha-512", username, password } }),
  };
}

const SENDERS = 5;
const PAUSE_MS = 20;

/**
 * Numbered acks=all records from five senders while something is done to the cluster, then read back from the beginning.
 * The producer is not idempotent: kafkajs's idempotent one with concurrent sends loses records by itself.
 *
 * @param login how the client connects and proves who it is, where it has to.
 */
export async function underLoad(
  bootstrapServers: readonly string[],
  topic: string,
  act: () => Promise<void>,
  login: Login = {},
): Promise<LoadReport> {
  const kafka = new kafkajs.Kafka({
    clientId: "load",
    brokers: [...bootstrapServers],
    logLevel: kafkajs.logLevel.NOTHING,
    // As kafkajs has it by default, but bounded: an application would not wait for 30 s between two tries.
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 3_000 },
    ...login,
  });
  const run = `load-${process.pid}-${Date.now()}`;
  const acked = new Set<string>();
  const errors: string[] = [];
  let [lastAck, longestStallMs] = [performance.now(), 0];
  let over = false;
  const note = (value: string) => {
    acked.add(value);
    longestStallMs = Math.max(longestStallMs, performance.now() - lastAck);
    lastAck = performance.now();
  };
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const send = async (sender: number) => {
    for (let number = 0; !over; number++) {
      const value = `${run}/${sender}/${number}`;
      await sendOne(producer, topic, value).then(
        () => note(value),
        (error: Error) => errors.push(error.message),
      );
      await sleep(PAUSE_MS);
    }
  };
  const senders = Array.from({ length: SENDERS }, (_, sender) => send(sender));
  try {
    await act();
  } finally {
    over = true;
    await Promise.all(senders);
    await producer.disconnect();
  }
  const found = await readBack(kafka, topic, run, acked);
  const lost = [...acked].filter((value) => !found.has(value)).length;
  return { acked: acked.size, lost, errors, longestStallMs: Math.round(longestStallMs) };
}

async function sendOne(producer: Producer, topic: string, value: string): Promise<void> {
  await producer.send({ topic, acks: -1, timeout: 10_000, messages: [{ key: value, value }] });
}

const READ_WITHIN_MS = 60_000;

/** Reads until everything wanted was seen, or for a minute. */
async function readBack(
  kafka: kafkajs.Kafka,
  topic: string,
  run: string,
  wanted: ReadonlySet<string>,
): Promise<Set<string>> {
  const consumer = kafka.consumer({ groupId: run, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  const found = new Set<string>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        const value = message.value?.toString() ?? "";
        if (wanted.has(value)) found.add(value);
      },
    });
    const deadline = Date.now() + READ_WITHIN_MS;
    while (found.size < wanted.size && Date.now() < deadline) await sleep(50);
    return found;
  } finally {
    await consumer.disconnect();
  }
}
