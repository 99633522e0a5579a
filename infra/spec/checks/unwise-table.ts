import type { StackSpec } from "../resolve.ts";

/** A setting that Kafka takes and that costs records, availability or speed in production. */
export interface Unwise {
  /** Keys of Kafka, of brokers or of topics; no key of one kind means something else in the other. */
  readonly keys: readonly string[];
  /** Whether it is harmful. Values are Kafka's own texts; `other` is what another key has, or its default. */
  harmful(value: string, context: UnwiseContext): boolean;
  /** What was wanted, without the value. */
  readonly wanted: string;
  readonly why: string;
  readonly next: string;
  /** It matters in development too: nothing works with it. */
  readonly inDev?: true;
}

export interface UnwiseContext {
  readonly spec: StackSpec;
  /** What brokers have for another key: as the stack sets it, else Kafka's default. */
  other(key: string): number;
}

const below = (least: number) => (value: string) => Number(value) < least;
const is = (wanted: string) => (value: string) => value === wanted;
const between = (least: number, most: number) => (value: string) => Number(value) >= least && Number(value) <= most;

/** Kafka's defaults of the keys that are compared with others (Kafka 3.9 and 4.3: the same). */
export const DEFAULTS: Readonly<Record<string, number>> = {
  "broker.heartbeat.interval.ms": 2_000,
  "broker.session.timeout.ms": 9_000,
  "group.consumer.heartbeat.interval.ms": 5_000,
  "group.consumer.session.timeout.ms": 45_000,
  "group.initial.rebalance.delay.ms": 3_000,
  "group.max.session.timeout.ms": 1_800_000,
  "group.min.session.timeout.ms": 6_000,
  "message.max.bytes": 1_048_588,
  "replica.fetch.wait.max.ms": 500,
  "replica.lag.time.max.ms": 30_000,
  "offsets.topic.replication.factor": 3,
  "transaction.state.log.replication.factor": 3,
  "share.coordinator.state.topic.replication.factor": 3,
  "zookeeper.session.timeout.ms": 18_000,
};

const GONE_AT_ONCE = "records are deleted almost as soon as they are written";

/** What is warned of, and why; everything else about settings is Kafka's to judge. */
export const UNWISE: readonly Unwise[] = [
  {
    keys: ["unclean.leader.election.enable"],
    harmful: is("true"),
    wanted: "false",
    why: "a replica that lacks acknowledged records may lead, and they are gone",
    next: "take it out",
  },
  {
    keys: ["log.retention.ms", "log.retention.bytes", "retention.ms", "retention.bytes"],
    harmful: between(0, 999),
    wanted: "retention of a second or a kilobyte at least, or -1",
    why: GONE_AT_ONCE,
    next: "write how long records are to be kept, such as 7d",
  },
  {
    keys: ["log.retention.hours", "log.retention.minutes"],
    harmful: is("0"),
    wanted: "1 or more, or -1",
    why: GONE_AT_ONCE,
    next: "set log.retention.ms, such as 7d",
  },
  {
    keys: ["offsets.retention.minutes"],
    harmful: below(60 * 24),
    wanted: "a day (1440) or more",
    why: "a group that rests for longer forgets where it was, and reads again or skips",
    next: "take it out, which means 7 days",
  },
  {
    keys: [
      "offsets.topic.replication.factor",
      "transaction.state.log.replication.factor",
      "share.coordinator.state.topic.replication.factor",
      "default.replication.factor",
    ],
    harmful: below(2),
    wanted: "3 copies",
    why: "a lost disk loses what groups, transactions or topics have, and one restart stops them",
    next: "take it out, or write 3 on three brokers or more",
  },
  {
    keys: ["min.insync.replicas"],
    harmful: (value, { spec }) => Number(value) > spec.brokers.count,
    wanted: "no more than there are brokers",
    why: "no write with acks=all to a topic with as many replicas can succeed",
    next: "lower it, or raise brokers.count",
    inDev: true,
  },
  {
    keys: ["min.insync.replicas"],
    harmful: (value, { other }) => Number(value) > 1 && Number(value) === other("default.replication.factor"),
    wanted: "less than the replication factor of topics that name none",
    why: "one broker down, even for a restart, stops their acks=all writes",
    next: "lower it by one",
  },
  {
    keys: ["transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr"],
    harmful: (value, { other, spec }) =>
      Number(value) > Math.min(spec.brokers.count, other("transaction.state.log.replication.factor")),
    wanted: "no more than its topic has replicas",
    why: "no transaction can be written",
    next: "lower it",
    inDev: true,
  },
  {
    keys: ["auto.create.topics.enable"],
    harmful: is("true"),
    wanted: "false",
    why: "a misspelt name becomes a topic, with defaults that were not chosen for it",
    next: "take it out, and declare topics",
  },
  {
    keys: ["delete.topic.enable"],
    harmful: is("false"),
    wanted: "true",
    why: "topics apply --prune and Kafka's tools cannot delete a topic",
    next: "take it out; permissions say who may delete",
  },
  {
    keys: ["broker.session.timeout.ms"],
    harmful: (value, { other }) => Number(value) < 3 * other("broker.heartbeat.interval.ms"),
    wanted: "three times broker.heartbeat.interval.ms or more",
    why: "one heartbeat that is late has a broker that runs taken for dead",
    next: "raise it, or lower broker.heartbeat.interval.ms",
    inDev: true,
  },
  {
    keys: ["broker.heartbeat.interval.ms"],
    harmful: (value, { other }) => 3 * Number(value) > other("broker.session.timeout.ms"),
    wanted: "a third of broker.session.timeout.ms or less",
    why: "one heartbeat that is late has a broker that runs taken for dead",
    next: "lower it, or raise broker.session.timeout.ms",
    inDev: true,
  },
  {
    keys: ["zookeeper.session.timeout.ms"],
    harmful: below(6_000),
    wanted: "6s or more",
    why: "a pause of the JVM has a broker that runs taken for dead",
    next: "take it out, which means 18s",
  },
  {
    keys: ["group.min.session.timeout.ms"],
    harmful: (value, { other }) => Number(value) > Math.min(45_000, other("group.max.session.timeout.ms")),
    wanted: "no more than 45s, which clients ask for, and than group.max.session.timeout.ms",
    why: "consumers with default settings are refused",
    next: "lower it",
    inDev: true,
  },
  {
    keys: ["group.max.session.timeout.ms"],
    harmful: (value, { other }) => Number(value) < Math.max(45_000, other("group.min.session.timeout.ms")),
    wanted: "45s, which clients ask for, or more, and no less than group.min.session.timeout.ms",
    why: "consumers with default settings are refused",
    next: "raise it",
    inDev: true,
  },
  {
    keys: ["group.consumer.session.timeout.ms"],
    harmful: (value, { other }) => Number(value) <= other("group.consumer.heartbeat.interval.ms"),
    wanted: "more than group.consumer.heartbeat.interval.ms",
    why: "members are thrown out between two heartbeats",
    next: "raise it",
    inDev: true,
  },
  {
    keys: ["replica.lag.time.max.ms"],
    harmful: (value, { other }) => Number(value) < 4 * other("replica.fetch.wait.max.ms") || Number(value) < 10_000,
    wanted: "10s or more, and four times replica.fetch.wait.max.ms",
    why: "followers leave the in-sync replicas at every hiccup, and writes with acks=all fail",
    next: "take it out, which means 30s",
  },
  {
    keys: ["log.flush.interval.messages", "flush.messages"],
    harmful: below(1_000),
    wanted: "nothing",
    why: "every few records wait for the disk; replicas are what keeps records",
    next: "take it out",
  },
  {
    keys: ["log.flush.interval.ms", "log.flush.scheduler.interval.ms", "flush.ms"],
    harmful: below(1_000),
    wanted: "nothing",
    why: "the disk is asked to flush all the time; replicas are what keeps records",
    next: "take it out",
  },
  {
    keys: ["log.segment.bytes", "segment.bytes"],
    harmful: below(1_048_576),
    wanted: "1MiB or more",
    why: "thousands of files for each partition, until the broker may open no more",
    next: "take it out, which means 1GiB",
  },
  {
    keys: ["log.roll.ms", "segment.ms"],
    harmful: below(60_000),
    wanted: "a minute or more",
    why: "thousands of files for each partition, until the broker may open no more",
    next: "take it out, which means 7 days",
  },
  {
    keys: ["replica.fetch.max.bytes"],
    harmful: (value, { other }) => Number(value) < other("message.max.bytes"),
    wanted: "message.max.bytes or more",
    why: "followers fetch a large record one at a time, and fall behind",
    next: "raise it",
  },
  {
    keys: ["message.max.bytes", "max.message.bytes"],
    harmful: between(0, 1_023),
    wanted: "1KiB or more",
    why: "nearly every batch is refused",
    next: "take it out, which means 1MiB",
    inDev: true,
  },
  {
    keys: ["auto.leader.rebalance.enable"],
    harmful: is("false"),
    wanted: "true",
    why: "after restarts one broker leads what all should",
    next: "take it out",
  },
];
