/**
 * Producers of numbered records, each on lanes: a lane is one key of one partition, and sends its next record only once the
 * one before has ended. So a producer has as many sends under way as it has lanes, and order is promised within a lane.
 *
 * Every try is one of kafkajs's sends without its retries, so that the history knows which may have stored the record. An
 * idempotent producer has one send under way: kafkajs loses acknowledged records of concurrent ones when a broker dies.
 */
import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type Kafka, type Producer } from "kafkajs";
import type { SendEntry, SendFailure } from "../../ops/chaos/history.ts";
import { closeQuietly } from "../probe/scope.ts";
import { failureOf } from "./failure.ts";
import type { Recorder } from "./recorder.ts";
import type { LoadTopic } from "./topic.ts";

/** Of each lane: a hundred records a second in all, so that what is measured is the cluster and not a machine at its limit. */
const PAUSE_MS = 100;
/** For one answer; the leader has a little less to wait for its followers. */
export const ANSWER_LIMIT_MS = 5_000;
export const ACKS_LIMIT_MS = 4_000;
/** A record is tried for so long: longer than a leader that vanished is missed (9 s). */
const DELIVERY_LIMIT_MS = 30_000;
const LONGEST_PAUSE_MS = 1_000;
const ONE_TRY = { retries: 0 } as const;
/** Fewer kafkajs refuses for an idempotent producer. Of these only the last is told, so none is known to have stored nothing. */
const TWO_TRIES = { retries: 1 } as const;

/** Why an answer is none: kafkajs leaves out a partition that its metadata does not have, and says nothing. */
const EMPTY_ANSWER: SendFailure = { kind: "client: empty answer", mayBeStored: true };

/** Sends on lanes at once until aborted; resolves when the last send has ended. */
export async function plainProducer(
  kafka: Kafka,
  name: string,
  topic: LoadTopic,
  recorder: Recorder,
  over: AbortSignal,
): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, retry: ONE_TRY, createPartitioner: PARTITIONER });
  await connect(producer, over);
  const lane = async (partition: number) => {
    for (let number = 0; !over.aborted; number++) {
      recorder.sends.push(
        await deliver(producer, { producer: name, oneTry: true, partition, number }, topic, recorder),
      );
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: topic.partitions }, (_, partition) => lane(partition)));
  await closeQuietly(producer);
}

/**
 * The same with idempotence, one send after the other. Once a record was given up, its sequence number must not be given to
 * another, which kafkajs would do: the producer is replaced.
 */
export async function idempotentProducer(
  kafka: Kafka,
  name: string,
  topic: LoadTopic,
  recorder: Recorder,
  over: AbortSignal,
): Promise<void> {
  for (let number = 0, producer: Producer | undefined; ; number++) {
    for (let partition = 0; partition < topic.partitions; partition++) {
      if (over.aborted) {
        if (producer) await closeQuietly(producer);
        return;
      }
      if (!producer) {
        producer = kafka.producer({
          idempotent: true,
          maxInFlightRequests: 1,
          allowAutoTopicCreation: false,
          retry: TWO_TRIES,
          createPartitioner: PARTITIONER,
        });
        await connect(producer, over);
      }
      const entry = await deliver(producer, { producer: name, oneTry: false, partition, number }, topic, recorder);
      recorder.sends.push(entry);
      if (entry.outcome !== "acked") {
        await closeQuietly(producer);
        producer = undefined;
      }
      await sleep(PAUSE_MS / 4);
    }
  }
}

/** Records name their partition; this only keeps kafkajs from warning that its default has changed. */
export const PARTITIONER = kafkajs.Partitioners.DefaultPartitioner;

/** Until it succeeds, as an application would. */
export async function connect(client: { connect(): Promise<void> }, over: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await client.connect();
      return;
    } catch (error) {
      if (over.aborted) throw error;
      await sleep(LONGEST_PAUSE_MS);
    }
  }
}

interface Numbered {
  readonly producer: string;
  /** Whether what a failed send tells is true of all its tries. */
  readonly oneTry: boolean;
  readonly partition: number;
  readonly number: number;
}

/** Tries until the record is acknowledged, refused for good, or its time is over. */
async function deliver(
  client: Producer,
  { producer, oneTry, partition, number }: Numbered,
  topic: LoadTopic,
  recorder: Recorder,
): Promise<SendEntry> {
  const key = `${producer}-${partition}`;
  const id = `${key}/${number}`;
  const invokedMs = recorder.now();
  const failures: SendFailure[] = [];
  const ended = (outcome: SendEntry["outcome"], offset: number | null): SendEntry => ({
    ...{ id, producer, key, number, partition, invokedMs, endedMs: recorder.now() },
    ...{ outcome, offset, failures, transaction: null },
  });
  const givenUp = () => ended(failures.some(({ mayBeStored }) => mayBeStored) ? "unknown" : "failed", null);
  for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      const messages = [{ key, value: id, partition }];
      const [answer] = await client.send({ topic: topic.name, acks: -1, timeout: ACKS_LIMIT_MS, messages });
      if (answer) return ended("acked", offsetOf(answer.baseOffset));
      failures.push(EMPTY_ANSWER);
    } catch (error) {
      const { retriable, ...failure } = failureOf(error);
      failures.push({ ...failure, mayBeStored: failure.mayBeStored || !oneTry });
      if (!retriable) return givenUp();
    }
    if (recorder.now() - invokedMs > DELIVERY_LIMIT_MS) return givenUp();
    await sleep(pauseMs);
  }
}

/** A broker that had the record already may not remember where: -1. */
export const offsetOf = (text: string | undefined): number | null =>
  text === undefined || Number(text) < 0 ? null : Number(text);
