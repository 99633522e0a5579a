/**
 * A load on a cluster, and its history:
 *
 * 1. A topic of its own is created (topic.ts).
 * 2. Producers write to all its partitions: two plain ones with a send under way for each partition, an idempotent one, and
 *    a transactional one; two groups of two members read along.
 * 3. `finish` ends the producers, reads the log to its end, waits until the groups came as far, and ends them.
 * 4. `remove` deletes the topic and the groups.
 */
import { randomBytes } from "node:crypto";
import type { Kafka } from "kafkajs";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import type { History, ProducerEntry } from "../../ops/chaos/history.ts";
import { randomOf } from "../../ops/chaos/schedule.ts";
import { createClient } from "../client.ts";
import { caughtUp, groupMember } from "./consumers.ts";
import { readLog } from "./log.ts";
import { ANSWER_LIMIT_MS, idempotentProducer, plainProducer } from "./producers.ts";
import { Recorder } from "./recorder.ts";
import { createLoadTopic, type LoadTopic, removeLoadTopic } from "./topic.ts";
import { transactionalProducer } from "./transactions.ts";

export interface RunningLoad {
  readonly topic: string;
  /** Milliseconds since it began. */
  now(): number;
  acked(): number;
  /** Ends it. The history is whole when the cluster is. @throws what ended a producer that should not have ended. */
  finish(): Promise<History>;
  /** @throws when the cluster does not answer; what is left is named like the topic. */
  remove(): Promise<void>;
}

export interface LoadOptions {
  /** Decides which transactions are aborted. */
  readonly seed: number;
  /** Of the log and of groups: how long nothing may come before they are given up. */
  readonly patienceMs: number;
}

const PARTITIONS = 6;

const PRODUCERS: readonly ProducerEntry[] = [
  { name: "plain-1", idempotent: false },
  { name: "plain-2", idempotent: false },
  { name: "idempotent", idempotent: true },
  { name: "transactional", idempotent: true },
];

/** Resolves when everything runs. @throws UserError when the topic cannot be made. */
export async function startLoad(
  { bootstrapServers, nodes }: Pick<ClusterOutputs, "bootstrapServers" | "nodes">,
  { seed, patienceMs }: LoadOptions,
): Promise<RunningLoad> {
  const run = `kafka-stacks-chaos-${Date.now().toString(36)}-${randomBytes(3).toString("hex")}`;
  const topic: LoadTopic = { name: run, partitions: PARTITIONS };
  const groups = [`${run}-a`, `${run}-b`];
  await createLoadTopic(bootstrapServers, topic, nodes.filter(({ roles }) => roles.includes("broker")).length);
  // An application's client: patient with a cluster that has lost a node, not with one answer.
  const kafka = createClient(bootstrapServers, run, {
    requestTimeout: ANSWER_LIMIT_MS,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  const recorder = new Recorder();
  const [sending, reading] = [new AbortController(), new AbortController()];
  const produced = produce(kafka, topic, recorder, sending.signal, seed);
  const members = groups.flatMap((group) =>
    ["1", "2"].map((member) => groupMember(kafka, group, `${group.slice(-1)}${member}`, run, recorder, reading.signal)),
  );
  return {
    topic: run,
    now: () => recorder.now(),
    acked: () => recorder.sends.reduce((sum, { outcome }) => sum + (outcome === "acked" ? 1 : 0), 0),
    async finish() {
      const durationMs = recorder.now();
      sending.abort();
      const fault = await produced;
      if (fault !== undefined) throw fault;
      const log = await readLog(bootstrapServers, topic, { patienceMs });
      await caughtUp(recorder, groups, log, patienceMs);
      reading.abort();
      await Promise.all(members);
      return recorder.history({ durationMs, partitions: topic.partitions, producers: PRODUCERS, groups, log });
    },
    async remove() {
      sending.abort();
      reading.abort();
      await Promise.all([produced, ...members]);
      await removeLoadTopic(bootstrapServers, topic, groups);
    },
  };
}

/** Runs all producers. Resolves with what ended one that should not have ended; one that is cut off has no fault. */
async function produce(
  kafka: Kafka,
  topic: LoadTopic,
  recorder: Recorder,
  over: AbortSignal,
  seed: number,
): Promise<unknown> {
  const transactional = { name: "transactional", transactionalId: topic.name, random: randomOf(seed) };
  const running = [
    plainProducer(kafka, "plain-1", topic, recorder, over),
    plainProducer(kafka, "plain-2", topic, recorder, over),
    idempotentProducer(kafka, "idempotent", topic, recorder, over),
    transactionalProducer(kafka, transactional, topic, recorder, over),
  ];
  const faults = await Promise.all(
    running.map((producer) =>
      producer.then(
        () => undefined,
        (error: unknown) => (over.aborted ? undefined : error),
      ),
    ),
  );
  return faults.find((fault) => fault !== undefined);
}
