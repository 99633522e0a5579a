import type { Admin } from "kafkajs";
import { UserError } from "../../infra/errors.ts";
import type { ChangeOf } from "../ops/topics/change.ts";
import type { TopicState } from "./state.ts";

type Reassignment = ChangeOf<"change-replication">;

/** Copying data takes as long as it takes; after this a person should look. */
const DEADLINE_MS = 3_600_000;

/** Starts every move in one request and waits until all are done. The cluster goes on by itself if this is interrupted. */
export async function reassign(
  admin: Admin,
  changes: readonly Reassignment[],
  say: (line: string) => void,
): Promise<void> {
  if (changes.length === 0) return;
  const topics = changes.map(({ topic, to }) => ({
    topic,
    partitionAssignment: to.moves.map((move) => ({ partition: move.partition, replicas: [...move.to] })),
  }));
  await admin.alterPartitionReassignments({ topics, timeout: 30_000 });
  const total = topics.reduce((sum, { partitionAssignment }) => sum + partitionAssignment.length, 0);
  const asked = changes.map(({ topic, to }) => ({ topic, partitions: to.moves.map(({ partition }) => partition) }));
  const deadline = Date.now() + DEADLINE_MS;
  for (let said = -1, pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    const left = await moving(admin, asked);
    if (left !== said) say(`replicas moved: ${total - left} of ${total} partitions`);
    if (left === 0) return;
    if (Date.now() > deadline)
      throw new UserError(
        `${left} of ${total} partitions are still being moved after an hour`,
        "the cluster goes on by itself; watch it with kafka-stacks health --watch, then run topics apply again",
      );
    said = left;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Topics as they will be once the reassignments under way are done, so that a second apply does not fight the first. */
export async function settled(admin: Admin, topics: readonly TopicState[]): Promise<TopicState[]> {
  const { topics: ongoing } = await admin.listPartitionReassignments({});
  const removing = new Map(
    ongoing.flatMap(({ topic, partitions }) =>
      partitions.map(({ partitionIndex, removingReplicas }) => [`${topic}/${partitionIndex}`, removingReplicas ?? []]),
    ),
  );
  return topics.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((partition) => {
      const leaving = removing.get(`${topic.name}/${partition.partition}`) ?? [];
      return { ...partition, replicas: partition.replicas.filter((id) => !leaving.includes(id)) };
    }),
  }));
}

async function moving(admin: Admin, topics: readonly { topic: string; partitions: number[] }[]): Promise<number> {
  const { topics: ongoing } = await admin.listPartitionReassignments({ topics: [...topics] });
  return ongoing.reduce((sum, { partitions }) => sum + partitions.length, 0);
}
