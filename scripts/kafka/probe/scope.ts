import { setTimeout as sleep } from "node:timers/promises";
import type { Admin, Consumer, ConsumerConfig, EachMessagePayload, Kafka, Producer } from "kafkajs";
import type { LatencySamples } from "../../ops/smoke/latency.ts";
import type { ProbeTopics } from "../../ops/smoke/layout.ts";
import type { Ledger } from "../../ops/smoke/ledger.ts";
import type { BrokerAnswer } from "../../ops/smoke/verdicts.ts";

/** What all checks of one run share. */
export interface Probe {
  /** Prefix of every topic, group and transactional id of this run. */
  readonly run: string;
  readonly kafka: Kafka;
  readonly admin: Admin;
  /** Not idempotent, on purpose: kafkajs's idempotent producer loses records under concurrent sends. */
  readonly producer: Producer;
  /** What each planned broker answered at the beginning. */
  readonly answers: readonly BrokerAnswer[];
  readonly topics: ProbeTopics;
  readonly groups: Set<string>;
  /** Requests that cleaning up must wait for; they never reject. */
  readonly pending: Promise<void>[];
  /** Between asked and answered the topics may appear at any time. */
  creation: "none" | "asked" | "answered";
  /** Filled by the records check, and kept when it fails half-way. */
  readonly ledger: Ledger;
  readonly samples: LatencySamples;
}

export interface ConsumeOptions {
  /** Suffix of the group id. */
  readonly group: string;
  readonly from: readonly (string | RegExp)[];
  readonly onRecord: (record: EachMessagePayload, consumer: Consumer) => void | Promise<void>;
  /**
   * Called at each join, a rebalance included, before records come. Nothing is committed unless `onRecord` does, so
   * whoever counts records begins anew.
   */
  readonly onJoin?: (partitions: readonly number[]) => void;
}

interface Closable {
  disconnect(): Promise<void>;
}

/**
 * A fresh cluster still makes its internal topics and elects coordinators, and one that lost a broker takes 9 s to
 * notice. Not more, since kafkajs cannot be told to stop trying.
 */
export const PATIENT = { retries: 40, initialRetryTime: 50, maxRetryTime: 300 };
/**
 * What kafkajs does not find by asking again: a consumer whose group's coordinator moved commits to the old one at every
 * retry, and only a restart finds the new; a topic that is gone cannot be deleted. So these give up soon, and whoever
 * asked starts over.
 */
export const BRISK = { retries: 2, initialRetryTime: 50, maxRetryTime: 300 };
const POLL_MS = 5;
/** Disconnecting from a dead broker may hang; the sockets then go with the process. */
const CLOSE_LIMIT_MS = 3_000;

/** kafkajs waits 5 s for records by default, which also delays rebalances and disconnects by as much. */
const QUICK: Partial<ConsumerConfig> = {
  maxWaitTimeInMs: 100,
  heartbeatInterval: 200,
  // The least that brokers take. A member that started over leaves its earlier self behind if its coordinator moved, and the
  // group waits for that one for as long as a rebalance may last.
  sessionTimeout: 6_000,
  rebalanceTimeout: 4_000,
  allowAutoTopicCreation: false,
  readUncommitted: false,
};

/** What one check works with; all that is opened here is closed when the check ends, whatever its end. */
export class CheckScope {
  readonly probe: Probe;
  readonly signal: AbortSignal;
  /** What the check waits for: the reason to give when its time runs out. */
  doing = "starting";
  #clients: Closable[] = [];
  #crash: Error | null = null;

  constructor(probe: Probe, signal: AbortSignal) {
    this.probe = probe;
    this.signal = signal;
  }

  /** Joins a group of this run and reads its topics from their beginning; resolves once it is a member. */
  async consume({ group, from, onRecord, onJoin }: ConsumeOptions): Promise<Consumer> {
    const groupId = `${this.probe.run}-${group}`;
    this.probe.groups.add(groupId);
    this.doing = `joining group ${groupId}`;
    const retry = { ...BRISK, restartOnFailure: async () => !this.signal.aborted };
    const consumer = this.own(this.probe.kafka.consumer({ ...QUICK, groupId, retry }));
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) this.#crash = payload.error;
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      onJoin?.(Object.values(payload.memberAssignment).flat());
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...from], fromBeginning: true });
    this.signal.throwIfAborted();
    await consumer.run({ autoCommit: false, eachMessage: async (record) => onRecord(record, consumer) });
    return consumer;
  }

  /** Closes the client with the scope. */
  own<T extends Closable>(client: T): T {
    this.#clients.push(client);
    return client;
  }

  /** @throws when the check's time is over, or when one of its consumers gave up. */
  async until(doing: string, condition: () => boolean): Promise<void> {
    this.doing = doing;
    while (!condition()) {
      this.signal.throwIfAborted();
      if (this.#crash) throw this.#crash;
      await sleep(POLL_MS);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map(closeQuietly));
  }
}

/** Disconnects, but neither fails nor takes long. */
export async function closeQuietly(client: Closable): Promise<void> {
  await settled(client.disconnect());
}

/** Waits for an end of any kind, but not for long. */
export async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => {}), sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
}
