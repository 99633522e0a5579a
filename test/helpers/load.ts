import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type KafkaConfig, type Producer } from "kafkajs";
import type { Identity } from "../../scripts/kafka/identity.ts";
import { socketFactory } from "../../scripts/kafka/ways.ts";
import { type Ack, findLost } from "./read-back.ts";

export interface LoadReport {
  readonly acked: number;
  /** Acknowledged, and not to be read afterwards: which, and where they should be. */
  readonly lost: readonly string[];
  /** What readers did that the cluster is not to blame for. */
  readonly remarks: readonly string[];
  /** Sends that the client gave up on: what an application would see. */
  readonly errors: readonly string[];
  /** Longest time without any acknowledgement, in milliseconds. */
  readonly longestStallMs: number;
}

/** A line of figures for the test's output. */
export function tell(t: TestContext, what: string, { acked, lost, remarks, errors, longestStallMs }: LoadReport): void {
  t.diagnostic(
    `${what}: ${acked} acked, ${lost.length} lost, ${errors.length} errors, longest stall ${longestStallMs} ms`,
  );
  for (const remark of remarks) t.diagnostic(remark);
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
/** Enough to meet every moment of a roll; more would only keep the machine from rolling. */
const PAUSE_MS = 50;

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
  const acked = new Map<string, Ack>();
  const errors: string[] = [];
  const startedAt = performance.now();
  let [lastAck, longestStallMs] = [startedAt, 0];
  let over = false;
  const note = (value: string, place: Pick<Ack, "partition" | "offset">) => {
    acked.set(value, { ...place, afterMs: Math.round(performance.now() - startedAt) });
    longestStallMs = Math.max(longestStallMs, performance.now() - lastAck);
    lastAck = performance.now();
  };
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const send = async (sender: number) => {
    for (let number = 0; !over; number++) {
      const value = `${run}/${sender}/${number}`;
      await sendOne(producer, topic, value).then(
        (place) => note(value, place),
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
  const remarks: string[] = [];
  const lost = await findLost(kafka, topic, acked, (text) => remarks.push(text));
  return { acked: acked.size, lost, remarks, errors, longestStallMs: Math.round(longestStallMs) };
}

/** @throws also where kafkajs says that it is done and sent nothing, as for a partition that its metadata does not have. */
async function sendOne(producer: Producer, topic: string, value: string): Promise<Pick<Ack, "partition" | "offset">> {
  const [place] = await producer.send({ topic, acks: -1, timeout: 10_000, messages: [{ key: value, value }] });
  if (place === undefined) throw new Error("the client sent nothing");
  return { partition: place.partition, offset: place.baseOffset! };
}
