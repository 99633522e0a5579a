import { poll } from "../../../base/time.ts";
import { UserError } from "../../../infra/errors.ts";
import { withAdmin } from "../admin.ts";
import { withAnyBroker } from "../cluster.ts";
import { readTopics } from "../topics.ts";

/** The topic that a load writes to and nobody else. */
export interface LoadTopic {
  readonly name: string;
  readonly partitions: number;
}

const READY_WITHIN_MS = 30_000;
const POLL_MS = 100;

/**
 * Creates it with three copies where there are three brokers, two of which must have a record before it is acknowledged.
 *
 * @throws UserError when it has no leaders in time.
 */
export async function createLoadTopic(
  bootstrapServers: readonly string[],
  topic: LoadTopic,
  brokers: number,
): Promise<void> {
  const replicationFactor = Math.min(3, brokers);
  const config = {
    "min.insync.replicas": replicationFactor === 3 ? "2" : "1",
    // Nothing may go by itself.
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
  };
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await withAdmin(bootstrapServers, (admin) =>
    admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: topic.name, numPartitions: topic.partitions, replicationFactor, configEntries }],
    }),
  );
  const led = () =>
    isLed(bootstrapServers, topic).then(
      (is) => is || undefined,
      () => undefined,
    );
  if (await poll(led, { withinMs: READY_WITHIN_MS, everyMs: POLL_MS })) return;
  throw new UserError(
    `topic ${topic.name} has no leaders after ${READY_WITHIN_MS / 1000} s`,
    "kafka-stacks health tells what ails the cluster",
  );
}

async function isLed(bootstrapServers: readonly string[], { name, partitions }: LoadTopic): Promise<boolean> {
  const topics = await withAnyBroker(bootstrapServers, READY_WITHIN_MS, (node) => readTopics(node));
  const own = topics.find((topic) => topic.name === name)?.partitions ?? [];
  return own.length === partitions && own.every(({ leader }) => leader !== null);
}

/** The topic and groups of a load that has ended. */
export async function removeLoadTopic(
  bootstrapServers: readonly string[],
  topic: LoadTopic,
  groups: readonly string[],
): Promise<void> {
  await withAdmin(bootstrapServers, async (admin) => {
    await admin.deleteTopics({ topics: [topic.name], timeout: 10_000 });
    // A group that is not empty yet goes by itself, once its offsets expire.
    await admin.deleteGroups([...groups]).catch(() => {});
  });
}
