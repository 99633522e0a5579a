import { UserError } from "../../infra/errors.ts";
import { only, type TopicChange } from "../ops/topics/change.ts";
import { few } from "../ops/words.ts";
import { withAdmin } from "./admin.ts";
import { setOverrides } from "./apply-overrides.ts";
import { reassign } from "./reassign.ts";
import { addPartitions, createTopics, deleteTopics, metadata, setConfigs } from "./topic-requests.ts";

/**
 * Carries out the changes in an order that never leaves a topic short of replicas: what its min ISR asks for is raised
 * after replicas were added, and lowered before they are taken away.
 *
 * @throws UserError before any effect when a change is refused, or when the cluster cannot take them now.
 */
export async function applyTopicChanges(
  bootstrapServers: readonly string[],
  changes: readonly TopicChange[],
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  refuseTogether(changes);
  if (changes.every(({ action }) => action === "unmanaged")) return;
  const replication = only(changes, "change-replication");
  const growing = new Set(
    replication.flatMap((c) => (c.to.replicationFactor > c.from.replicationFactor ? c.topic : [])),
  );
  const configs = only(changes, "set-config");
  await withAdmin(bootstrapServers, async (admin) => {
    await checkReady(bootstrapServers, changes);
    await setOverrides(bootstrapServers, only(changes, "set-broker-config"), say, signal);
    await createTopics(bootstrapServers, only(changes, "create"), say, signal);
    await setConfigs(
      bootstrapServers,
      configs.filter(({ topic }) => !growing.has(topic)),
      say,
      signal,
    );
    await reassign(admin, replication, say, signal);
    await setConfigs(
      bootstrapServers,
      configs.filter(({ topic }) => growing.has(topic)),
      say,
      signal,
    );
    await addPartitions(bootstrapServers, only(changes, "add-partitions"), say, signal);
    await deleteTopics(bootstrapServers, only(changes, "delete"), say, signal);
  });
}

/** All or nothing: one refused change stops them all. @throws UserError */
export function refuseTogether(changes: readonly TopicChange[]): void {
  const refused = only(changes, "refuse");
  if (refused.length === 0) return;
  const reasons = refused.map(({ topic, reason }) => `topic ${topic}: ${reason}`);
  throw new UserError(
    `nothing was changed, because the stack asks for what cannot be done: ${few(reasons, "; ")}`,
    "change the stack file, then run: kafka-stacks topics plan",
  );
}

/** kafkajs does nothing at all while any partition is without a leader, and no replica can move to a dead broker. */
async function checkReady(bootstrapServers: readonly string[], changes: readonly TopicChange[]): Promise<void> {
  const { cluster, topics } = await metadata(bootstrapServers);
  const live = new Set(cluster.brokers.map(({ id }) => id));
  const targets = only(changes, "change-replication").flatMap(({ to }) => to.moves.flatMap((move) => move.to));
  const missing = [...new Set(targets)].filter((id) => !live.has(id));
  const offline = topics.filter(({ partitions }) => partitions.some(({ leader }) => leader === null));
  const faults = [
    ...(missing.length > 0 ? [`broker ${missing.join(", ")} is not registered`] : []),
    ...(offline.length > 0 ? [`partitions of ${few(offline.map(({ name }) => name))} have no leader`] : []),
  ];
  if (faults.length > 0)
    throw new UserError(`nothing was changed: ${faults.join("; ")}`, "see kafka-stacks health, then run this again");
}
