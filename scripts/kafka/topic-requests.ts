/** The requests that change topics: many topics in each, never one request per topic, safe to repeat. */
import type { Admin } from "kafkajs";
import { UserError } from "../../infra/errors.ts";
import type { ChangeOf, TopicChange } from "../ops/topics/change.ts";
import { reach } from "./admin.ts";
import { reason, withAnyBroker } from "./cluster.ts";
import { describeMetadata, incrementalAlterConfigs } from "./gaps.ts";

/**
 * Kafka writes the metadata records of a request as one batch of at most 10,000 (QuorumController.MAX_RECORDS_PER_USER_OP).
 * As few requests as that allows: a broker publishes what a second one made only when it has made all logs of the first.
 */
const RECORDS_PER_REQUEST = 8_000;
const REQUEST_TIMEOUT_MS = 30_000;
const DEADLINE_MS = 120_000;

export async function createTopics(
  admin: Admin,
  bootstrapServers: readonly string[],
  changes: readonly ChangeOf<"create">[],
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const request = (items: readonly ChangeOf<"create">[]) => ({
    topics: items.map(({ topic, to }) => ({
      topic,
      numPartitions: to.partitions,
      replicationFactor: to.replicationFactor,
      configEntries: Object.entries(to.config).map(([name, value]) => ({ name, value })),
    })),
    waitForLeaders: false, // Done below for all at once.
    timeout: REQUEST_TIMEOUT_MS,
  });
  await reach({
    what: "create topics",
    deadlineMs: DEADLINE_MS,
    signal,
    remaining: async () => {
      const there = await partitionCounts(bootstrapServers, changes);
      return changes.filter(({ topic }) => !there.has(topic));
    },
    act: inBatches(
      ({ to }) => 1 + to.partitions + Object.keys(to.config).length,
      (items) => admin.createTopics(request(items)),
      (done) => say(`topics created: ${done}`),
    ),
  });
  await awaitLeaders(bootstrapServers, changes, signal);
}

export async function addPartitions(
  admin: Admin,
  bootstrapServers: readonly string[],
  changes: readonly ChangeOf<"add-partitions">[],
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  await reach({
    what: "add partitions",
    deadlineMs: DEADLINE_MS,
    signal,
    remaining: async () => {
      const there = await partitionCounts(bootstrapServers, changes);
      return changes.filter(({ topic, to }) => (there.get(topic) ?? 0) < to.partitions);
    },
    act: inBatches(
      ({ from, to }) => to.partitions - from.partitions,
      (items) =>
        admin.createPartitions({
          topicPartitions: items.map(({ topic, to }) => ({ topic, count: to.partitions })),
          timeout: REQUEST_TIMEOUT_MS,
        }),
      (done) => say(`topics with partitions added: ${done}`),
    ),
  });
  await awaitLeaders(bootstrapServers, changes, signal);
}

export async function deleteTopics(
  admin: Admin,
  bootstrapServers: readonly string[],
  changes: readonly ChangeOf<"delete">[],
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  await reach({
    what: "delete topics",
    deadlineMs: DEADLINE_MS,
    signal,
    remaining: async () => {
      const there = await partitionCounts(bootstrapServers, changes);
      return changes.filter(({ topic }) => there.has(topic));
    },
    act: inBatches(
      () => 1,
      (items) => admin.deleteTopics({ topics: items.map(({ topic }) => topic), timeout: REQUEST_TIMEOUT_MS }),
      (done) => say(`topics deleted: ${done}`),
    ),
  });
}

export async function setConfigs(
  bootstrapServers: readonly string[],
  changes: readonly ChangeOf<"set-config">[],
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (const batch of batches(changes, () => 1)) {
    signal?.throwIfAborted();
    const values = batch.map(({ topic, to }) => ({ type: "topic" as const, name: topic, values: to }));
    try {
      await withAnyBroker(bootstrapServers, REQUEST_TIMEOUT_MS, (node) => incrementalAlterConfigs(node, values));
    } catch (error) {
      throw new UserError(`cannot set topic configs: ${reason(error)}`, "correct the value and run the command again");
    }
    say(`topics configured: ${batch.length}`);
  }
}

/** A topic can be used once all its partitions have leaders. */
async function awaitLeaders(
  bootstrapServers: readonly string[],
  changes: readonly TopicChange[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = new Set(changes.map(({ topic }) => topic));
  if (names.size === 0) return;
  await reach({
    what: "elect leaders of new partitions",
    deadlineMs: DEADLINE_MS,
    signal,
    remaining: async () => {
      const { topics } = await metadata(bootstrapServers);
      const led = topics.filter(({ partitions }) => partitions.every(({ leader }) => leader !== null));
      return [...names.difference(new Set(led.map(({ name }) => name)))];
    },
    act: async () => {},
  });
}

async function partitionCounts(
  bootstrapServers: readonly string[],
  changes: readonly TopicChange[],
): Promise<Map<string, number>> {
  const names = changes.map(({ topic }) => topic);
  const { topics } = await metadata(bootstrapServers, names);
  // A name that does not exist is answered too, without partitions.
  return new Map(topics.flatMap(({ name, partitions }) => (partitions.length > 0 ? [[name, partitions.length]] : [])));
}

export function metadata(bootstrapServers: readonly string[], names: readonly string[] | null = null) {
  return withAnyBroker(bootstrapServers, REQUEST_TIMEOUT_MS, (node) => describeMetadata(node, names));
}

/** Asks for all pieces before anyone waits. `records`: of metadata that an item costs. */
function inBatches<T>(
  records: (item: T) => number,
  request: (items: readonly T[]) => Promise<unknown>,
  onDone: (total: number) => void,
) {
  return async (items: readonly T[]): Promise<void> => {
    let done = 0;
    for (const batch of batches(items, records)) {
      await request(batch);
      done += batch.length;
      onDone(done);
    }
  };
}

/** Cuts a list so that each piece stays below the limit of one request. */
function batches<T>(items: readonly T[], records: (item: T) => number): T[][] {
  const pieces: T[][] = [];
  let room = 0;
  for (const item of items) {
    const last = pieces.at(-1);
    if (!last || room < records(item)) {
      pieces.push([item]);
      room = RECORDS_PER_REQUEST - records(item);
    } else {
      last.push(item);
      room -= records(item);
    }
  }
  return pieces;
}
