import type { TopicPlan } from "../../../../infra/plan/types.ts";
import type { PartitionState, TopicState } from "../../../../scripts/kafka/state.ts";
import type { TopicChange } from "../../../../scripts/ops/topics/change.ts";
import type { PlacementBroker } from "../../../../scripts/ops/topics/placement.ts";

/** Healthy partitions with these replicas, all in sync and led by the first. */
export function partitionsOf(replicas: readonly (readonly number[])[]): PartitionState[] {
  return replicas.map((ids, partition) => ({ partition, leader: ids[0] ?? null, replicas: ids, isr: ids }));
}

/** A live topic with its replicas spread round robin. */
export function liveTopic(name: string, partitions: number, rf: number, over: Partial<TopicState> = {}): TopicState {
  const replicas = Array.from({ length: partitions }, (_, p) =>
    Array.from({ length: rf }, (_, r) => ((p + r) % 3) + 1),
  );
  return { name, internal: false, partitions: partitionsOf(replicas), config: {}, minIsr: 1, ...over };
}

export function topicPlan(
  name: string,
  partitions: number,
  rf: number,
  config: Record<string, string> = {},
): TopicPlan {
  return { name, partitions, replicationFactor: rf, config };
}

/** How many replicas the fullest and the emptiest broker hold. */
export function spread(placed: readonly (readonly number[])[], brokers: readonly PlacementBroker[]) {
  const loads = brokers.map(({ id }) => placed.filter((replicas) => replicas.includes(id)).length);
  return { max: Math.max(...loads), min: Math.min(...loads) };
}

/** A model of Kafka: what the topics look like once the changes are carried out. */
export function carryOut(live: readonly TopicState[], changes: readonly TopicChange[]): TopicState[] {
  const topics = new Map(live.map((topic) => [topic.name, topic]));
  for (const change of changes) {
    const topic = topics.get(change.topic);
    if (change.action === "create") {
      const { partitions, replicationFactor, config } = change.to;
      topics.set(change.topic, liveTopic(change.topic, partitions, replicationFactor, { config }));
    } else if (change.action === "delete") topics.delete(change.topic);
    else if (topic && change.action === "set-config")
      topics.set(change.topic, { ...topic, config: { ...topic.config, ...change.to } });
    else if (topic && change.action === "change-replication") {
      const moved = new Map(change.to.moves.map(({ partition, to }) => [partition, to]));
      const replicas = topic.partitions.map((state) => moved.get(state.partition) ?? state.replicas);
      topics.set(change.topic, { ...topic, partitions: partitionsOf(replicas) });
    } else if (topic && change.action === "add-partitions") {
      const replicas = topic.partitions.map((state) => state.replicas);
      while (replicas.length < change.to.partitions) replicas.push(replicas[0]!);
      topics.set(change.topic, { ...topic, partitions: partitionsOf(replicas) });
    }
  }
  return [...topics.values()];
}
