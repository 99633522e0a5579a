/**
 * Members of consumer groups that read the load's topic as an application would: from the group's committed offsets, records
 * of committed transactions only. What kafkajs does not restart by itself is replaced by a new member.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer, Kafka } from "kafkajs";
import type { PartitionLog } from "../../ops/chaos/history.ts";
import { closeQuietly } from "../probe/scope.ts";
import { connect } from "./producers.ts";
import type { Recorder } from "./recorder.ts";

const AGAIN_MS = 1_000;
const POLL_MS = 100;

/** Reads until aborted. */
export async function groupMember(
  kafka: Kafka,
  groupId: string,
  name: string,
  topic: string,
  recorder: Recorder,
  over: AbortSignal,
): Promise<void> {
  for (let life = 0; !over.aborted; life++) {
    const consumer = kafka.consumer({
      groupId,
      maxWaitTimeInMs: 200,
      sessionTimeout: 6_000,
      rebalanceTimeout: 6_000,
      heartbeatInterval: 1_000,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500, restartOnFailure: async () => !over.aborted },
    });
    const ended = untilEnded(consumer, over);
    try {
      await read(consumer, { groupId, name: `${name}.${life}`, topic }, recorder, over);
      await ended;
    } catch {
      await sleep(AGAIN_MS);
    }
    await closeQuietly(consumer);
  }
}

async function read(
  consumer: Consumer,
  { groupId, name, topic }: { readonly groupId: string; readonly name: string; readonly topic: string },
  recorder: Recorder,
  over: AbortSignal,
): Promise<void> {
  let session = 0;
  consumer.on(consumer.events.GROUP_JOIN, () => {
    session++;
  });
  await connect(consumer, over);
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      recorder.polls.push({
        group: groupId,
        consumer: name,
        session,
        partition,
        offset: Number(message.offset),
        id: String(message.value),
        atMs: recorder.now(),
      });
    },
  });
}

/** Resolves when the consumer has given up for good, or at the end. */
function untilEnded(consumer: Consumer, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) resolve();
    });
    over.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Waits until every group was given the last record of every partition, or nothing for so long. */
export async function caughtUp(
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
