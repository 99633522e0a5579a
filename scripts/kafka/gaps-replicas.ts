/** The seam of gaps.ts for replicas and brokers: what is on their disks, moves taken back, a broker signed off. */
import {
  alterPartitionReassignmentsV0,
  describeLogDirsV4,
  ResponseError,
  unregisterBrokerV0,
} from "@platformatic/kafka";
import { replicaKey } from "../ops/rebalance/state.ts";
import type { NodeConnection } from "./gaps.ts";

/** Partitions by topic. */
export type PartitionsOf = ReadonlyMap<string, readonly number[]>;

const TIMEOUT_MS = 30_000;
const BROKER_ID_NOT_REGISTERED = 102;
const NO_REASSIGNMENT_IN_PROGRESS = 85;

/** Bytes of each log on this broker by {@link replicaKey}; of all partitions, or of those given. */
export async function replicaSizes(
  node: NodeConnection,
  broker: number,
  partitions: PartitionsOf | null,
): Promise<Map<string, number>> {
  const asked = partitions && [...partitions].map(([name, ids]) => ({ name, partitions: [...ids] }));
  const { results } = await describeLogDirsV4.api.async(node, asked).catch(keepAnswer);
  const logs = results.flatMap(({ topics }) =>
    // A future log is a copy that moves between two directories of the broker.
    topics.flatMap(({ name, partitions }) =>
      partitions.filter(({ isFutureKey }) => !isFutureKey).map((log) => ({ name, ...log })),
    ),
  );
  return new Map(
    logs.map(({ name, partitionIndex, partitionSize }) => [
      replicaKey(name, partitionIndex, broker),
      Number(partitionSize),
    ]),
  );
}

/** One directory that is offline fails the whole answer, and the others' logs are in it all the same. */
function keepAnswer(error: unknown): describeLogDirsV4.DescribeLogDirsResponse {
  if (error instanceof ResponseError) return error.response as describeLogDirsV4.DescribeLogDirsResponse;
  throw error;
}

/** Takes moves back: replicas that were being added go, those that were to go stay. Those that are done stay done. */
export async function cancelReassignments(controller: NodeConnection, partitions: PartitionsOf): Promise<void> {
  const topics = [...partitions].map(([name, ids]) => ({
    name,
    // The protocol takes null for a move back, which the library's type leaves out.
    partitions: ids.map((partitionIndex) => ({ partitionIndex, replicas: null as unknown as number[] })),
  }));
  await alterPartitionReassignmentsV0.api.async(controller, TIMEOUT_MS, false, topics).catch((error: unknown) => {
    if (!(error instanceof ResponseError)) throw error;
    const { errorCode, responses } =
      error.response as alterPartitionReassignmentsV0.AlterPartitionReassignmentsResponse;
    const codes = [errorCode, ...responses.flatMap((topic) => topic.partitions.map((one) => one.errorCode))];
    if (codes.some((code) => code !== 0 && code !== NO_REASSIGNMENT_IN_PROGRESS)) throw error;
  });
}

/** KRaft: forgets a broker that has left. @returns false when it was not registered. */
export async function unregisterBroker(node: NodeConnection, broker: number): Promise<boolean> {
  return unregisterBrokerV0.api.async(node, broker).then(
    () => true,
    (error: unknown) => {
      const { errorCode } = error instanceof ResponseError ? (error.response as { errorCode: number }) : {};
      if (errorCode === BROKER_ID_NOT_REGISTERED) return false;
      throw error;
    },
  );
}
