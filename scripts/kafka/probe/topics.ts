import { setTimeout as sleep } from "node:timers/promises";
import type { Admin, Kafka } from "kafkajs";
import { isStale, type ProbeTopic, type ProbeTopics } from "../../ops/smoke/layout.ts";
import { describeMetadata, withNode } from "../gaps.ts";
import { leadersOf } from "./brokers.ts";
import { BRISK, closeQuietly } from "./scope.ts";

const ANSWER_LIMIT_MS = 4_000;
const REMOVED_WITHIN_MS = 8_000;
const POLL_MS = 30;
const CREATE_AGAIN_MS = 300;

/**
 * Creates all topics in one request. kafkajs gives up when the broker that it asks is dead but not fenced yet, so this
 * asks again until the signal; only an answer about the topics themselves is final.
 */
export async function createTopics(admin: Admin, topics: ProbeTopics, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await askForTopics(admin, topics);
      return;
    } catch (error) {
      if (signal.aborted || (error instanceof Error && error.name === "KafkaJSAggregateError")) throw error;
      await sleep(CREATE_AGAIN_MS);
    }
  }
}

async function askForTopics(admin: Admin, topics: ProbeTopics): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    timeout: 10_000,
    topics: Object.values(topics).map((topic: ProbeTopic) => ({
      topic: topic.name,
      numPartitions: -1,
      replicationFactor: -1,
      replicaAssignment: topic.assignments.map((replicas, partition) => ({ partition, replicas: [...replicas] })),
      configEntries: [{ name: "min.insync.replicas", value: String(topic.minInsyncReplicas) }],
    })),
  });
}

/**
 * Waits until every one of these brokers knows every partition: a group that is led by a client of a broker which does
 * not would assign nothing. Gives up quietly, since the checks then say what is missing.
 */
export async function awaitVisible(topics: ProbeTopics, addresses: readonly string[], limitMs: number): Promise<void> {
  const wanted: readonly ProbeTopic[] = Object.values(topics);
  const names = wanted.map((topic) => topic.name);
  const deadline = performance.now() + limitMs;
  const sees = async (address: string) => {
    const leaders = await leadersOf(address, names).catch(() => new Map<string, (number | null)[]>());
    return wanted.every((topic) => leaders.get(topic.name)?.length === topic.assignments.length);
  };
  await Promise.all(
    addresses.map(async (address) => {
      while (!(await sees(address)) && performance.now() < deadline) await sleep(POLL_MS);
    }),
  );
}

/**
 * Waits until the leader of every partition takes requests for it: a broker may be named leader before it knows, and a
 * produce request that one of its partitions refuses is sent again, so records of the others would be stored twice.
 * Gives up quietly, like {@link awaitVisible}.
 */
export async function awaitLeading(admin: Admin, topics: ProbeTopics, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  const leads = ({ name }: ProbeTopic) =>
    endOffsets(admin, name).then(
      () => true,
      () => false,
    );
  await Promise.all(
    Object.values(topics).map(async (topic: ProbeTopic) => {
      while (!(await leads(topic)) && performance.now() < deadline) await sleep(POLL_MS);
    }),
  );
}

/** Where each partition ends, asked of its leader. */
export async function endOffsets(admin: Admin, topic: string): Promise<ReadonlyMap<number, number>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
}

/** Names of all topics, as the broker at this address knows them. */
export async function listTopics(address: string): Promise<string[]> {
  const { topics } = await withNode(address, ANSWER_LIMIT_MS, (node) => describeMetadata(node, null));
  return topics.map((topic) => topic.name);
}

/** Deletes topics of this name until the broker at this address knows none. @returns the names that are left. */
export async function removeTopics(
  kafka: Kafka,
  address: string,
  wanted: (name: string) => boolean,
): Promise<string[]> {
  const admin = kafka.admin({ retry: BRISK });
  const deadline = performance.now() + REMOVED_WITHIN_MS;
  try {
    await admin.connect();
    for (;;) {
      const left = (await listTopics(address)).filter(wanted);
      if (left.length === 0 || performance.now() > deadline) return left;
      await admin.deleteTopics({ topics: left, timeout: 5_000 }).catch(() => {});
      await sleep(POLL_MS);
    }
  } finally {
    await closeQuietly(admin);
  }
}

/** Removes what runs that were killed more than an hour ago left behind; best effort. */
export async function removeStale(kafka: Kafka, admin: Admin, address: string, now: Date): Promise<void> {
  const stale = (name: string) => isStale(name, now);
  await removeTopics(kafka, address, stale);
  const { groups } = await admin.listGroups();
  const left = groups.map((group) => group.groupId).filter(stale);
  if (left.length > 0) await admin.deleteGroups(left);
}
