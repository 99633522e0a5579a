import { only, type TopicChange } from "../ops/topics/change.ts";
import { refusedChange } from "../ops/topics/refused.ts";
import { passes } from "./admin.ts";
import { type NodeConnection, refusedConfigs } from "./gaps.ts";
import { createPartitions, createTopics, TopicsRefused } from "./gaps-topics.ts";
import { addedBy, batches, firstPart, onController, recordsOf, rounds } from "./topic-requests.ts";

const MANNER = { timeoutMs: 30_000, validateOnly: true } as const;

/**
 * The changes, those that Kafka would refuse turned into refusals with its reason: a name that collides with a live topic's,
 * values that do not go together, a policy of the cluster. Asked with Kafka's own "validate only", which changes nothing; what
 * a busy cluster says for a moment is no verdict.
 */
export async function foresee(
  bootstrapServers: readonly string[],
  changes: readonly TopicChange[],
): Promise<TopicChange[]> {
  const creates = only(changes, "create");
  const [growing = []] = rounds(only(changes, "add-partitions"));
  const configs = only(changes, "set-config");
  const refused = await onController(bootstrapServers, async (node) => {
    const reasons = new Map<string, string>();
    for (const batch of batches(creates, recordsOf))
      await noting(reasons, () => createTopics(node, batch.map(firstPart), MANNER));
    for (const batch of batches(growing, addedBy)) {
      const counts = batch.map(({ topic, to }) => ({ topic, count: to.partitions }));
      await noting(reasons, () => createPartitions(node, counts, MANNER));
    }
    for (const [topic, reason] of await refusedBy(node, configs)) reasons.set(topic, reason);
    return reasons;
  });
  return changes.map((change) => {
    const reason = refused.get(change.topic);
    return reason === undefined ? change : refusedChange(change, reason);
  });
}

async function noting(reasons: Map<string, string>, ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof TopicsRefused)) throw error;
    for (const refusal of error.refusals) if (!passes(refusal)) reasons.set(refusal.topic, refusal.reason);
  }
}

async function refusedBy(
  node: NodeConnection,
  changes: ReturnType<typeof only<"set-config">>,
): Promise<(readonly [topic: string, reason: string])[]> {
  const found: (readonly [string, string])[] = [];
  for (const batch of batches(changes, () => 1)) {
    const values = batch.map(({ topic, to }) => ({ type: "topic" as const, name: topic, values: to }));
    const refused = await refusedConfigs(node, values, true);
    found.push(...refused.map(({ name, reason }) => [name, reason] as const));
  }
  return found;
}
