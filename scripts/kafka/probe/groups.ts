import type { Verdict } from "../../ops/smoke/report.ts";
import { judgeResume, judgeSplit } from "../../ops/smoke/verdicts.ts";
import type { CheckScope } from "./scope.ts";
import { endOffsets } from "./topics.ts";

const RECORDS_PER_PARTITION = 10;

/** Two members of one group split the partitions, and each is served those that it owns. */
export async function checkGroupSplit(scope: CheckScope): Promise<Verdict> {
  const { name: topic, assignments } = scope.probe.topics.group;
  const owned: (readonly number[])[] = [[], []];
  const served = owned.map(() => new Set<number>());
  await Promise.all(
    owned.map((_, member) =>
      scope.consume({
        group: "split",
        from: [topic],
        onJoin: (partitions) => {
          owned[member] = partitions;
        },
        onRecord: ({ partition }) => {
          served[member]?.add(partition);
        },
      }),
    ),
  );
  const split = () => judgeSplit(owned, assignments.length);
  await scope.until("waiting for two members to share the partitions", () => split().status === "pass");
  await send(scope, topic, assignments.length, 1);
  const allServed = () => owned.every((partitions, member) => partitions.every((p) => served[member]?.has(p)));
  await scope.until("waiting for each member to be served its partitions", allServed);
  return split();
}

/**
 * A consumer commits half of the records and leaves; the next of its group reads the other half and no more. Both count
 * a record once its commit is answered, so that a rebalance in between, which is no fault, makes none count twice.
 * Records are known by their position: one that a retry of the producer stored twice is two.
 */
export async function checkResume(scope: CheckScope): Promise<Verdict> {
  const { name: topic, assignments } = scope.probe.topics.resume;
  await send(scope, topic, assignments.length, RECORDS_PER_PARTITION);
  scope.doing = `asking for the end offsets of ${topic}`;
  const sent = positions(await endOffsets(scope.probe.admin, topic));
  const half = Math.floor(sent.length / 2);
  const read = async (into: string[], limit: number) =>
    scope.consume({
      group: "resume",
      from: [topic],
      onRecord: async ({ partition, message }, consumer) => {
        if (into.length >= limit) return;
        await consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }]);
        into.push(position(partition, message.offset));
      },
    });

  const before: string[] = [];
  const first = await read(before, half);
  await scope.until("committing half of the records", () => before.length >= half);
  scope.doing = "leaving the group";
  await first.disconnect();

  const after: string[] = [];
  await read(after, sent.length);
  await scope.until("reading on after the restart", () => after.length >= sent.length - half);
  return judgeResume(before, after, sent);
}

const position = (partition: number, offset: number | string): string => `${partition}@${offset}`;

function positions(ends: ReadonlyMap<number, number>): string[] {
  return [...ends].flatMap(([partition, end]) =>
    Array.from({ length: end }, (_, offset) => position(partition, offset)),
  );
}

/** Sends so many records to each partition. */
async function send(scope: CheckScope, topic: string, partitions: number, each: number): Promise<void> {
  scope.doing = `sending records to ${topic}`;
  const messages = Array.from({ length: partitions * each }, (_, i) => ({ partition: i % partitions, value: `r${i}` }));
  await scope.probe.producer.send({ topic, acks: -1, messages });
}
