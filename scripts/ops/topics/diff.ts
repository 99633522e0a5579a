import type { TopicPlan } from "../../../infra/plan/types.ts";
import { type SameValue, valuesOf } from "../../../infra/plan/values.ts";
import type { TopicState } from "../../kafka/state.ts";
import type { TopicChange } from "./change.ts";
import { type PlacementBroker, placeReplicas } from "./placement.ts";

/** Topics of the smoke test come and go on their own. */
const SMOKE_PREFIX = "kafka-stacks-smoke-";

export interface DiffOptions {
  /** By whose types config values are compared. */
  readonly kafkaVersion: string;
  /** Delete topics that the stack does not declare. */
  readonly prune?: boolean;
}

/**
 * What separates live topics from the declared ones, by topic name. Config keys that the stack does not list are left
 * alone, as are topics that it does not name (unless `prune`) and Kafka's own.
 *
 * @param brokers the planned brokers: replicas on any other one move away.
 */
export function diffTopics(
  desired: readonly TopicPlan[],
  live: readonly TopicState[],
  brokers: readonly PlacementBroker[],
  { kafkaVersion, prune = false }: DiffOptions,
): TopicChange[] {
  const same = valuesOf(kafkaVersion, "topic");
  const liveByName = new Map(live.map((topic) => [topic.name, topic]));
  const declared = new Set(desired.map(({ name }) => name));
  const changes = desired.flatMap((wanted) => diffTopic(wanted, liveByName.get(wanted.name), brokers, same));
  const strangers = live.filter((topic) => !declared.has(topic.name) && !isUntouchable(topic));
  return [...changes, ...strangers.map((topic) => stranger(topic, prune))].toSorted((a, b) =>
    a.topic === b.topic ? 0 : a.topic < b.topic ? -1 : 1,
  );
}

/** Kafka's own topics, and those of a smoke test under way. */
function isUntouchable(topic: TopicState): boolean {
  return topic.internal || topic.name.startsWith("__") || topic.name.startsWith(SMOKE_PREFIX);
}

function stranger({ name, partitions }: TopicState, prune: boolean): TopicChange {
  const from = { partitions: partitions.length };
  return prune
    ? { action: "delete", topic: name, from, to: undefined, reason: "the stack does not declare it" }
    : { action: "unmanaged", topic: name, from, to: undefined, reason: "not declared; kept without --prune" };
}

function diffTopic(
  wanted: TopicPlan,
  live: TopicState | undefined,
  brokers: readonly PlacementBroker[],
  same: SameValue,
): TopicChange[] {
  const refusal = refuse(wanted, live, brokers);
  if (refusal) return [refusal];
  if (!live) {
    const { name, partitions, replicationFactor, config } = wanted;
    const to = { partitions, replicationFactor, config };
    return [{ action: "create", topic: name, from: undefined, to, reason: "declared but not there" }];
  }
  return [diffConfig(wanted, live, same), diffReplicas(wanted, live, brokers), diffPartitions(wanted, live)].filter(
    (change) => change !== null,
  );
}

function refuse(
  wanted: TopicPlan,
  live: TopicState | undefined,
  brokers: readonly PlacementBroker[],
): TopicChange | null {
  const refusal = (from: Record<string, number> | undefined, to: Record<string, number>, reason: string) =>
    ({ action: "refuse", topic: wanted.name, from, to, reason }) as const;
  const { partitions, replicationFactor } = wanted;
  const have = live?.partitions.length ?? 0;
  if (wanted.name.startsWith("__") || live?.internal)
    return refusal(undefined, { partitions, replicationFactor }, "names that start with __ are Kafka's own");
  if (replicationFactor > brokers.length)
    return refusal(undefined, { replicationFactor }, `there are only ${brokers.length} brokers`);
  if (partitions < have)
    return refusal(
      { partitions: have },
      { partitions },
      `Kafka cannot remove partitions; declare ${have}, or copy the records to a new topic`,
    );
  return null;
}

function diffConfig(wanted: TopicPlan, live: TopicState, same: SameValue): TopicChange | null {
  const isThere = (key: string, value: string) => {
    const found = live.config[key];
    return found !== undefined && same(key, value, found);
  };
  const entries = Object.entries(wanted.config).filter(([key, value]) => !isThere(key, value));
  if (entries.length === 0) return null;
  const from = Object.fromEntries(entries.map(([key]) => [key, live.config[key] ?? null]));
  const keys = entries.map(([key]) => key).join(", ");
  const reason = `${keys} ${entries.length === 1 ? "differs" : "differ"}`;
  return { action: "set-config", topic: wanted.name, from, to: Object.fromEntries(entries), reason };
}

function diffReplicas(wanted: TopicPlan, live: TopicState, brokers: readonly PlacementBroker[]): TopicChange | null {
  const moves = placeReplicas(live.partitions, wanted.replicationFactor, brokers);
  if (moves.length === 0) return null;
  const odd = live.partitions.find(({ replicas }) => replicas.length !== wanted.replicationFactor);
  const known = new Set(brokers.map(({ id }) => id));
  const gone = [...new Set(live.partitions.flatMap(({ replicas }) => replicas))].filter((id) => !known.has(id));
  const reason = odd
    ? "replication factor differs"
    : gone.length > 0
      ? `replicas lie on brokers that the stack does not have: ${gone.join(", ")}`
      : "replicas of a partition share a rack while another is free";
  const replicationFactor = odd?.replicas.length ?? wanted.replicationFactor;
  const to = { replicationFactor: wanted.replicationFactor, moves };
  return { action: "change-replication", topic: wanted.name, from: { replicationFactor }, to, reason };
}

function diffPartitions(wanted: TopicPlan, live: TopicState): TopicChange | null {
  const have = live.partitions.length;
  if (wanted.partitions === have) return null;
  const reason = "more partitions are declared; records with keys will go to other partitions than before";
  const to = { partitions: wanted.partitions };
  return { action: "add-partitions", topic: wanted.name, from: { partitions: have }, to, reason };
}
