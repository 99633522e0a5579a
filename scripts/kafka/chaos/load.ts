/**
 * A load on a cluster, and its history:
 *
 * 1. A topic of its own is created, three copies of each partition where there are three brokers.
 * 2. Producers write to all partitions: two plain ones with a send under way for each partition, an idempotent one, and a
 *    transactional one; two groups of two members read along.
 * 3. `finish` ends the producers, reads the log to its end, waits until the groups came as far, and ends them.
 * 4. `remove` deletes the topic and the groups.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../../infra/errors.ts";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import type { History, PartitionLog } from "../../ops/chaos/history.ts";
import { randomOf } from "../../ops/chaos/schedule.ts";
import { withAdmin } from "../admin.ts";
import { createClient } from "../client.ts";
import { readIsr } from "../isr.ts";
import { groupMember } from "./consumers.ts";
import { readLog } from "./log.ts";
import { ANSWER_LIMIT_MS, idempotentProducer, type LoadTopic, plainProducer } from "./producers.ts";
import { Recorder } from "./recorder.ts";
import { transactionalProducer } from "./transactions.ts";

export interface RunningLoad {
  /** Milliseconds since it began. */
  now(): number;
  acked(): number;
  /** Ends it. The history is whole when the cluster is. @throws what ended a producer that should not have ended. */
  finish(): Promise<History>;
  /** Best effort. */
  remove(): Promise<void>;
}

export interface LoadOptions {
  /** Decides which transactions are aborted. */
  readonly seed: number;
  /** Of the log and of groups: how long nothing may come before they are given up. */
  readonly patienceMs: number;
}

const PARTITIONS = 6;
const READY_WITHIN_MS = 30_000;
const POLL_MS = 100;

/** Resolves when everything runs. @throws UserError when the topic cannot be made. */
export async function startLoad(
  { bootstrapServers, nodes }: Pick<ClusterOutputs, "bootstrapServers" | "nodes">,
  { seed, patienceMs }: LoadOptions,
): Promise<RunningLoad> {
  const run = `kafka-stacks-chaos-${Date.now().toString(36)}-${randomBytes(3).toString("hex")}`;
  const brokers = nodes.filter(({ roles }) => roles.includes("broker")).length;
  const topic: LoadTopic = { name: run, partitions: PARTITIONS };
  await createTopic(bootstrapServers, topic, brokers);
  // An application's client: patient with a cluster that has lost a node, not with one answer.
  const kafka = createClient(bootstrapServers, run, {
    requestTimeout: ANSWER_LIMIT_MS,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  const recorder = new Recorder();
  const [sending, reading] = [new AbortController(), new AbortController()];
  const transactional = { name: "transactional", transactionalId: run, random: randomOf(seed) };
  const producers = [
    ...["plain-1", "plain-2"].map((name) => plainProducer(kafka, name, topic, recorder, sending.signal)),
    idempotentProducer(kafka, "idempotent", topic, recorder, sending.signal),
    transactionalProducer(kafka, transactional, topic, recorder, sending.signal),
  ];
  let fault: unknown;
  const ended = Promise.all(
    producers.map((producer) =>
      producer.catch((error: unknown) => {
        // One that is cut off while it still connects has no fault.
        if (!sending.signal.aborted) fault ??= error;
      }),
    ),
  );
  const groups = [`${run}-a`, `${run}-b`];
  const members = groups.flatMap((group) =>
    ["1", "2"].map((member) => groupMember(kafka, group, `${group.slice(-1)}${member}`, run, recorder, reading.signal)),
  );
  return {
    now: () => recorder.now(),
    acked: () => recorder.sends.reduce((sum, { outcome }) => sum + (outcome === "acked" ? 1 : 0), 0),
    async finish() {
      const durationMs = recorder.now();
      sending.abort();
      await ended;
      if (fault) throw fault;
      const log = await readLog(bootstrapServers, topic, { patienceMs });
      await caughtUp(recorder, groups, log, patienceMs);
      reading.abort();
      await Promise.all(members);
      return recorder.history({
        durationMs,
        producers: [
          { name: "plain-1", idempotent: false },
          { name: "plain-2", idempotent: false },
          { name: "idempotent", idempotent: true },
          { name: "transactional", idempotent: true },
        ],
        groups,
        log,
      });
    },
    async remove() {
      sending.abort();
      reading.abort();
      await Promise.all([ended, ...members]);
      await withAdmin(bootstrapServers, async (admin) => {
        await admin.deleteTopics({ topics: [run], timeout: 10_000 });
        await admin.deleteGroups(groups).catch(() => {});
      });
    },
  };
}

async function createTopic(bootstrapServers: readonly string[], topic: LoadTopic, brokers: number): Promise<void> {
  const replicationFactor = Math.min(3, brokers);
  const deadline = Date.now() + READY_WITHIN_MS;
  await withAdmin(bootstrapServers, (admin) =>
    admin.createTopics({
      waitForLeaders: false,
      topics: [
        {
          topic: topic.name,
          numPartitions: topic.partitions,
          replicationFactor,
          configEntries: [
            { name: "min.insync.replicas", value: String(replicationFactor === 3 ? 2 : 1) },
            // Nothing may go by itself.
            { name: "cleanup.policy", value: "delete" },
            { name: "retention.ms", value: "-1" },
            { name: "retention.bytes", value: "-1" },
          ],
        },
      ],
    }),
  );
  const isReady = async () => {
    const { partitions } = await readIsr(bootstrapServers);
    const own = partitions.filter((one) => one.topic === topic.name);
    return own.length === topic.partitions && own.every(({ leader, isr }) => leader !== null && isr.length > 0);
  };
  while (!(await isReady().catch(() => false))) {
    if (Date.now() > deadline)
      throw new UserError(
        `topic ${topic.name} has no leaders after ${READY_WITHIN_MS / 1000} s`,
        "kafka-stacks health tells what ails the cluster",
      );
    await sleep(POLL_MS);
  }
}

/** Waits until every group was given the last record of every partition, or nothing for so long. */
async function caughtUp(
  { polls }: Recorder,
  groups: readonly string[],
  log: readonly PartitionLog[],
  patienceMs: number,
): Promise<void> {
  const waiting = new Set(
    groups.flatMap((group) =>
      log.flatMap(({ partition, records }) => {
        const last = records.findLast(({ kind }) => kind === "data");
        return last ? [`${group} ${partition} ${last.offset}`] : [];
      }),
    ),
  );
  let seen = 0;
  for (let movedAt = performance.now(); performance.now() - movedAt < patienceMs; ) {
    if (polls.length > seen) movedAt = performance.now();
    for (; seen < polls.length; seen++) {
      const { group, partition, offset } = polls[seen]!;
      waiting.delete(`${group} ${partition} ${offset}`);
    }
    if (waiting.size === 0) return;
    await sleep(POLL_MS);
  }
}
