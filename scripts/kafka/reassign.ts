import type { Admin } from "kafkajs";
import { Deadline, monotonic } from "../../base/time.ts";
import { UserError } from "../../infra/errors.ts";
import type { Reassignment } from "../ops/rebalance/state.ts";
import type { ChangeOf } from "../ops/topics/change.ts";
import type { PartitionsOf } from "./gaps-replicas.ts";
import type { TopicState } from "./state.ts";

type Replication = ChangeOf<"change-replication">;

/** Copying data takes as long as it takes; after this a person should look. */
const DEADLINE_MS = 3_600_000;
const REQUEST_TIMEOUT_MS = 30_000;

interface Assignment {
  readonly topic: string;
  readonly partition: number;
  readonly to: readonly number[];
}

/** Starts every move in one request and waits until all are done. The cluster completes them automatically if this is interrupted. */
export async function reassign(
  admin: Admin,
  changes: readonly Replication[],
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (changes.length === 0) return;
  signal?.throwIfAborted();
  const moves = changes.flatMap(({ topic, to }) => to.moves.map((move) => ({ topic, ...move })));
  await startReassignments(admin, moves);
  const asked = new Map(changes.map(({ topic, to }) => [topic, to.moves.map(({ partition }) => partition)]));
  const deadline = new Deadline(DEADLINE_MS);
  for (let said = -1, pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    const left = (await ongoingReassignments(admin, asked)).length;
    if (left !== said) say(`replicas moved: ${moves.length - left} of ${moves.length} partitions`);
    if (left === 0) return;
    if (deadline.isOver)
      throw new UserError(
        `${left} of ${moves.length} partitions are still being moved after an hour`,
        "the cluster goes on by itself; watch it with kafka-stacks health --watch, then run topics apply again",
      );
    said = left;
    await monotonic.sleep(pauseMs, signal);
  }
}

/** Asks the cluster to bring partitions to these replicas. It overrides what was asked of the same partitions before. */
export async function startReassignments(admin: Admin, moves: readonly Assignment[]): Promise<void> {
  const topics = [...Map.groupBy(moves, ({ topic }) => topic)].map(([topic, ones]) => ({
    topic,
    partitionAssignment: ones.map(({ partition, to }) => ({ partition, replicas: [...to] })),
  }));
  await admin.alterPartitionReassignments({ topics, timeout: REQUEST_TIMEOUT_MS });
}

/** What the cluster moves just now: of all partitions, or of those given. */
export async function ongoingReassignments(admin: Admin, partitions?: PartitionsOf): Promise<Reassignment[]> {
  const asked = partitions && [...partitions].map(([topic, ids]) => ({ topic, partitions: [...ids] }));
  const answer: unknown = await admin.listPartitionReassignments(asked ? { topics: asked } : {});
  return (answer as Listed).topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition, addingReplicas, removingReplicas }) => {
      return { topic: name, partition, adding: addingReplicas, removing: removingReplicas };
    }),
  );
}

/** What kafkajs returns; its types name two of the fields otherwise. */
interface Listed {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly addingReplicas: readonly number[];
      readonly removingReplicas: readonly number[];
    }[];
  }[];
}

/** Topics as they will be once the reassignments under way are done, so that a second apply does not fight the first. */
export async function settled(admin: Admin, topics: readonly TopicState[]): Promise<TopicState[]> {
  const ongoing = await ongoingReassignments(admin);
  const leaves = new Map(ongoing.map(({ topic, partition, removing }) => [`${topic}/${partition}`, removing]));
  return topics.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((partition) => {
      const leaving = leaves.get(`${topic.name}/${partition.partition}`) ?? [];
      return { ...partition, replicas: partition.replicas.filter((id) => !leaving.includes(id)) };
    }),
  }));
}
