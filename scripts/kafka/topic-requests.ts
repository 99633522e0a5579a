/** The requests that change topics: many topics in each, never one request per topic, safe to repeat. */
import { UserError } from "../../infra/errors.ts";
import type { ChangeOf, TopicChange } from "../ops/topics/change.ts";
import { findBrokers } from "./access-state.ts";
import { reach } from "./admin.ts";
import { reason, withAnyBroker } from "./cluster.ts";
import { describeMetadata, incrementalAlterConfigs, type NodeConnection, withNode } from "./gaps.ts";
import * as gaps from "./gaps-topics.ts";

/**
 * Kafka writes the metadata records of a request as one batch of at most 10,000 (QuorumController.MAX_RECORDS_PER_USER_OP).
 * As few requests as that allows: a broker publishes what a second one made only when it has made all logs of the first.
 */
const RECORDS_PER_REQUEST = 8_000;
const REQUEST_TIMEOUT_MS = 30_000;
const DEADLINE_MS = 120_000;
const MANNER = { timeoutMs: REQUEST_TIMEOUT_MS } as const;

type Named = Pick<TopicChange, "topic">;
type Say = (line: string) => void;

export async function createTopics(
  bootstrapServers: readonly string[],
  changes: readonly ChangeOf<"create">[],
  say: Say,
  signal?: AbortSignal,
): Promise<void> {
  await reach({
    what: "create topics",
    deadlineMs: DEADLINE_MS,
    signal,
    remaining: async () => {
      const there = await partitionCounts(bootstrapServers, changes);
      return changes.filter(({ topic }) => !there.has(topic));
    },
    act: inBatches(
      recordsOf,
      (items) => onController(bootstrapServers, (node) => gaps.createTopics(node, items.map(firstPart), MANNER)),
      (done) => say(`topics created: ${done}`),
    ),
  });
  const large = changes.flatMap(({ topic, to }) => {
    const { partitions } = firstPart({ topic, to });
    return partitions < to.partitions ? [{ topic, from: { partitions }, to }] : [];
  });
  await addPartitions(bootstrapServers, large, say, signal);
  await awaitLeaders(bootstrapServers, changes, signal);
}

/** Of a topic with more partitions than a request takes, those that it is created with. */
export function firstPart({ topic, to }: Pick<ChangeOf<"create">, "topic" | "to">): gaps.NewTopic {
  const room = RECORDS_PER_REQUEST - 1 - Object.keys(to.config).length;
  return { topic, ...to, partitions: Math.min(to.partitions, room) };
}

/** Metadata records that a topic costs. */
export const recordsOf = ({ topic, to }: Pick<ChangeOf<"create">, "topic" | "to">): number =>
  1 + firstPart({ topic, to }).partitions + Object.keys(to.config).length;

export type Growth = Pick<ChangeOf<"add-partitions">, "topic" | "from" | "to">;

/** The same in rounds: in each a topic grows by no more than one request takes. */
export function rounds(changes: readonly Growth[]): Growth[][] {
  const now = changes.filter(({ from, to }) => from.partitions < to.partitions);
  if (now.length === 0) return [];
  const round = now.map(({ topic, from, to }) => {
    const partitions = Math.min(to.partitions, from.partitions + RECORDS_PER_REQUEST);
    return { topic, from, to: { partitions } };
  });
  return [round, ...rounds(now.map((change, i) => ({ ...change, from: round[i]!.to })))];
}

export async function addPartitions(
  bootstrapServers: readonly string[],
  changes: readonly Growth[],
  say: Say,
  signal?: AbortSignal,
): Promise<void> {
  for (const round of rounds(changes))
    await reach({
      what: "add partitions",
      deadlineMs: DEADLINE_MS,
      signal,
      remaining: async () => {
        const there = await partitionCounts(bootstrapServers, round);
        return round.filter(({ topic, to }) => (there.get(topic) ?? 0) < to.partitions);
      },
      act: inBatches(
        addedBy,
        (items) => {
          const counts = items.map(({ topic, to }) => ({ topic, count: to.partitions }));
          return onController(bootstrapServers, (node) => gaps.createPartitions(node, counts, MANNER));
        },
        (done) => say(`topics with partitions added: ${done}`),
      ),
    });
  await awaitLeaders(bootstrapServers, changes, signal);
}

export const addedBy = ({ from, to }: Growth): number => to.partitions - from.partitions;

export async function deleteTopics(
  bootstrapServers: readonly string[],
  changes: readonly ChangeOf<"delete">[],
  say: Say,
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
      (items) => {
        const names = items.map(({ topic }) => topic);
        return onController(bootstrapServers, (node) => gaps.deleteTopics(node, names, MANNER));
      },
      (done) => say(`topics deleted: ${done}`),
    ),
  });
}

/** In KRaft any broker passes these on, and one of them is named as the controller; with ZooKeeper only that one takes them. */
export async function onController<T>(
  bootstrapServers: readonly string[],
  ask: (node: NodeConnection) => Promise<T>,
): Promise<T> {
  const { controller } = await findBrokers(bootstrapServers);
  return withNode(controller, REQUEST_TIMEOUT_MS, ask);
}

export async function setConfigs(
  bootstrapServers: readonly string[],
  changes: readonly ChangeOf<"set-config">[],
  say: Say,
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
  changes: readonly Named[],
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
  changes: readonly Named[],
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
export function batches<T>(items: readonly T[], records: (item: T) => number): T[][] {
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
