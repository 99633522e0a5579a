import type { ClusterPlan } from "../../../infra/plan/types.ts";
import { few } from "../words.ts";
import { partitionBytes, type RebalanceState } from "./state.ts";
import type { PartitionPlacement, PlacementBroker } from "./types.ts";

/** Topics of the smoke test come and go on their own. */
const SMOKE_PREFIX = "kafka-stacks-smoke-";

/** Kafka's own topics, and the setting with which it makes them. */
const OWN_TOPICS: Readonly<Record<string, string>> = Object.freeze({
  __consumer_offsets: "offsets.topic.replication.factor",
  __transaction_state: "transaction.state.log.replication.factor",
  __share_group_state: "share.coordinator.state.topic.replication.factor",
});

export interface Wishes {
  /** Brokers that shall hold replicas. */
  readonly brokers: readonly PlacementBroker[];
  readonly partitions: readonly PartitionPlacement[];
  /** Brokers to be emptied: those named, and live ones that the stack does not have. */
  readonly drained: readonly number[];
}

/**
 * What a stack wants of where its partitions lie: the declared replication factor, and that of Kafka's own topics; other
 * topics keep theirs. Partitions count as they will be once the reassignments under way are done.
 *
 * @param drain ids of brokers to empty.
 * @returns a text where the wishes cannot be met: what was wanted and what was found.
 */
export function wishesOf(
  plan: Pick<ClusterPlan, "nodes" | "topics">,
  live: Pick<RebalanceState, "brokers" | "topics" | "sizes" | "ongoing">,
  drain: readonly number[],
): Wishes | string {
  const planned = plan.nodes.filter(({ roles }) => roles.includes("broker"));
  const known = new Set([...planned.map(({ id }) => id), ...live.brokers.map(({ id }) => id)]);
  const strangers = drain.filter((id) => !known.has(id));
  if (strangers.length > 0)
    return `there is no broker ${strangers.join(", ")} to drain; there are ${[...known].toSorted((a, b) => a - b).join(", ")}`;
  const brokers = planned.filter(({ id }) => !drain.includes(id)).map(({ id, rack }) => ({ id, rack }));
  const stays = new Set(brokers.map(({ id }) => id));
  const partitions = partitionsOf(plan, live);
  const tooMany = new Set(partitions.flatMap((one) => (one.replicationFactor > brokers.length ? [one.topic] : [])));
  if (tooMany.size > 0) {
    const factor = Math.max(...partitions.map(({ replicationFactor }) => replicationFactor));
    return `${few([...tooMany])} ${tooMany.size === 1 ? "has" : "have"} ${factor} replicas of each partition, and there would be only ${brokers.length} brokers`;
  }
  return { brokers, partitions, drained: [...known].filter((id) => !stays.has(id)).toSorted((a, b) => a - b) };
}

function partitionsOf(
  plan: Pick<ClusterPlan, "nodes" | "topics">,
  { topics, sizes, ongoing }: Pick<RebalanceState, "topics" | "sizes" | "ongoing">,
): PartitionPlacement[] {
  const factors = new Map(plan.topics.map(({ name, replicationFactor }) => [name, replicationFactor]));
  const properties = plan.nodes.find(({ roles }) => roles.includes("broker"))?.config.properties ?? {};
  for (const [name, key] of Object.entries(OWN_TOPICS))
    if (properties[key] !== undefined) factors.set(name, Number(properties[key]));
  const leaving = new Map(ongoing.map(({ topic, partition, removing }) => [`${topic}/${partition}`, removing]));
  return topics
    .filter(({ name }) => !name.startsWith(SMOKE_PREFIX))
    .flatMap(({ name: topic, partitions }) =>
      partitions.map((state) => {
        const { partition, isr } = state;
        const gone = leaving.get(`${topic}/${partition}`) ?? [];
        const replicas = state.replicas.filter((id) => !gone.includes(id));
        const replicationFactor = factors.get(topic) ?? replicas.length;
        return { topic, partition, replicas, isr, bytes: partitionBytes(sizes, topic, state), replicationFactor };
      }),
    );
}
