import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterOutputs } from "../../infra/outputs.ts";
import { withAnyBroker } from "../../scripts/kafka/cluster.ts";
import { describeMetadata, describeQuorum } from "../../scripts/kafka/gaps.ts";
import { unregisterBroker } from "../../scripts/kafka/gaps-replicas.ts";
import { readTopics } from "../../scripts/kafka/topics.ts";

const TIMEOUT_MS = 5_000;

/** The node that decides now: the quorum's leader, or the broker that ZooKeeper elected. */
export async function activeController({ bootstrapServers, mode }: ClusterOutputs): Promise<number> {
  if (mode === "kraft") return (await withAnyBroker(bootstrapServers, TIMEOUT_MS, describeQuorum)).leaderId;
  const { cluster } = await withAnyBroker(bootstrapServers, TIMEOUT_MS, (node) => describeMetadata(node, []));
  if (cluster.controllerId === null) throw new Error("no broker is the controller");
  return cluster.controllerId;
}

/** Whether KRaft knew nothing of a broker any more; if it did, it does not afterwards. */
export async function wasSignedOff({ bootstrapServers }: ClusterOutputs, broker: number): Promise<boolean> {
  return !(await withAnyBroker(bootstrapServers, TIMEOUT_MS, (node) => unregisterBroker(node, broker)));
}

/** Waits until every replica is in sync. Brokers that do not answer yet are asked again. @throws after a minute. */
export async function backInSync(bootstrapServers: readonly string[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const lack = await underReplicated(bootstrapServers).catch((error: Error) => error);
    if (lack === 0) return;
    if (Date.now() > deadline) throw lack instanceof Error ? lack : new Error(`${lack} partitions are not in sync`);
    await sleep(100);
  }
}

async function underReplicated(bootstrapServers: readonly string[]): Promise<number> {
  const topics = await withAnyBroker(bootstrapServers, TIMEOUT_MS, (node) => readTopics(node, []));
  const partitions = topics.flatMap((topic) => topic.partitions);
  return partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length;
}
