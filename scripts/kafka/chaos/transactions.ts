/**
 * The transactional producer of the pair; its consumers read committed records only. Each transaction writes to several
 * partitions; some are aborted on purpose, which ones the seed decides. What happens to a transaction ends it, nothing in it
 * is tried again:
 *
 * 1. All sends acknowledged: it is committed, or aborted where that was meant.
 * 2. A send failed: it is aborted. If the abort is not confirmed, it was never asked to commit all the same: aborted.
 * 3. The commit is not confirmed: unknown. A new producer of the same transactional id has the coordinator finish it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Kafka, Producer, Transaction } from "kafkajs";
import type { SendEntry } from "../../ops/chaos/history.ts";
import { closeQuietly } from "../probe/scope.ts";
import { failureOf } from "./failure.ts";
import { ACKS_LIMIT_MS, connect, offsetOf, PARTITIONER } from "./producers.ts";
import type { Recorder } from "./recorder.ts";
import type { LoadTopic } from "./topic.ts";

export interface TransactionalOptions {
  readonly name: string;
  readonly transactionalId: string;
  /** From 0 up to 1. */
  readonly random: () => number;
}

const RECORDS = 4;
const ABORTED_SHARE = 0.2;
const PAUSE_MS = 200;
/** An abandoned transaction hides what follows it for so long, at most. */
const TRANSACTION_LIMIT_MS = 15_000;

export async function transactionalProducer(
  kafka: Kafka,
  { name, transactionalId, random }: TransactionalOptions,
  topic: LoadTopic,
  recorder: Recorder,
  over: AbortSignal,
): Promise<void> {
  let producer: Producer | undefined;
  for (let number = 0; !over.aborted; number++) {
    if (!producer) {
      producer = kafka.producer({
        transactionalId,
        idempotent: true,
        maxInFlightRequests: 1,
        transactionTimeout: TRANSACTION_LIMIT_MS,
        allowAutoTopicCreation: false,
        retry: { retries: 3 },
        createPartitioner: PARTITIONER,
      });
      await connect(producer, over);
    }
    const abort = random() < ABORTED_SHARE;
    const well = await runTransaction(producer, { name, number, abort }, topic, recorder);
    if (!well) {
      await closeQuietly(producer);
      producer = undefined;
    }
    await sleep(PAUSE_MS);
  }
  if (producer) await closeQuietly(producer);
}

interface Wanted {
  readonly name: string;
  readonly number: number;
  readonly abort: boolean;
}

/** @returns false when the producer must be replaced. */
async function runTransaction(
  producer: Producer,
  { name, number, abort }: Wanted,
  topic: LoadTopic,
  recorder: Recorder,
): Promise<boolean> {
  const id = `${name}-${number}`;
  const begunMs = recorder.now();
  const ended = (outcome: "committed" | "aborted" | "unknown", error: string | null) => {
    recorder.transactions.push({ id, producer: name, begunMs, endedMs: recorder.now(), outcome, error });
    return error === null;
  };
  let transaction: Transaction;
  try {
    transaction = await producer.transaction();
  } catch (error) {
    return ended("aborted", failureOf(error).kind);
  }
  for (let i = 0; i < RECORDS; i++) {
    // Walks over all partitions, so that most transactions touch several.
    const partition = (number + i) % topic.partitions;
    const send = { name, transaction: id, partition, number: number * RECORDS + i };
    const entry = await sendOne(transaction, send, topic, recorder);
    recorder.sends.push(entry);
    if (entry.outcome === "acked") continue;
    await transaction.abort().catch(() => {});
    return ended("aborted", entry.failures.at(-1)?.kind ?? "unknown");
  }
  try {
    await (abort ? transaction.abort() : transaction.commit());
    return ended(abort ? "aborted" : "committed", null);
  } catch (error) {
    return ended(abort ? "aborted" : "unknown", failureOf(error).kind);
  }
}

async function sendOne(
  client: Transaction,
  send: { readonly name: string; readonly transaction: string; readonly partition: number; readonly number: number },
  topic: LoadTopic,
  recorder: Recorder,
): Promise<SendEntry> {
  const { name: producer, transaction, partition, number } = send;
  const key = `${producer}-${partition}`;
  const id = `${key}/${number}`;
  const invokedMs = recorder.now();
  const ended = (outcome: SendEntry["outcome"], offset: number | null, failures: SendEntry["failures"]): SendEntry => ({
    ...{ id, producer, key, number, partition, invokedMs, endedMs: recorder.now() },
    ...{ outcome, offset, failures, transaction },
  });
  try {
    const messages = [{ key, value: id, partition }];
    const [answer] = await client.send({ topic: topic.name, acks: -1, timeout: ACKS_LIMIT_MS, messages });
    if (answer) return ended("acked", offsetOf(answer.baseOffset), []);
    return ended("unknown", null, [{ kind: "client: empty answer", mayBeStored: true }]);
  } catch (error) {
    const { kind } = failureOf(error);
    return ended("unknown", null, [{ kind, mayBeStored: true }]);
  }
}
