import type { RebalanceState, Sizes, Throttles } from "../../ops/rebalance/state.ts";
import { RATE_KEYS, REPLICA_KEYS } from "../../ops/rebalance/throttle.ts";
import { withAdmin } from "../admin.ts";
import { withAnyBroker } from "../cluster.ts";
import { describeConfigs, describeMetadata, withNode } from "../gaps.ts";
import { type PartitionsOf, replicaSizes } from "../gaps-replicas.ts";
import { ongoingReassignments } from "../reassign.ts";
import type { BrokerState } from "../state.ts";

const TIMEOUT_MS = 30_000;
/** Topics per request for configs. */
const BATCH = 500;

/** Everything that a rebalance decides on. @throws UserError when no broker answers. */
export async function readRebalanceState(bootstrapServers: readonly string[]): Promise<RebalanceState> {
  const { cluster, topics } = await withAnyBroker(bootstrapServers, TIMEOUT_MS, (node) => describeMetadata(node, null));
  const { brokers } = cluster;
  const [sizes, throttles, ongoing] = await Promise.all([
    readSizes(brokers, null),
    readThrottles(
      brokers,
      topics.map(({ name }) => name),
    ),
    withAdmin(bootstrapServers, (admin) => ongoingReassignments(admin)),
  ]);
  return { brokers, topics, sizes, ongoing, throttles };
}

/** What each broker has on its disks; one that does not answer tells nothing. */
export async function readSizes(brokers: readonly BrokerState[], partitions: PartitionsOf | null): Promise<Sizes> {
  const found = await Promise.all(
    brokers.map(({ id, address }) =>
      withNode(address, TIMEOUT_MS, (node) => replicaSizes(node, id, partitions)).catch(
        () => new Map<string, number>(),
      ),
    ),
  );
  return new Map(found.flatMap((sizes) => [...sizes]));
}

/** A broker tells its own rates only; one that does not answer has none that could be removed now. */
export async function readThrottles(brokers: readonly BrokerState[], topics: readonly string[]): Promise<Throttles> {
  const rated = await Promise.all(
    brokers.map(async ({ id, address }) => {
      const resource = { type: "broker", name: String(id) } as const;
      const found = await withNode(address, TIMEOUT_MS, (node) => describeConfigs(node, [resource], RATE_KEYS)).catch(
        () => new Map<string, never[]>(),
      );
      return [...found.values()].flat().some(({ own }) => own) ? [id] : [];
    }),
  );
  const named: string[] = [];
  for (let start = 0; start < topics.length; start += BATCH) {
    const resources = topics.slice(start, start + BATCH).map((name) => ({ type: "topic", name }) as const);
    const found = await withAnyBroker(
      brokers.map(({ address }) => address),
      TIMEOUT_MS,
      (node) => describeConfigs(node, resources, REPLICA_KEYS),
    );
    // Set to nothing is what Kafka has by default.
    for (const [name, entries] of found) if (entries.some(({ own, value }) => own && value)) named.push(name);
  }
  return { brokers: rated.flat(), topics: named.toSorted() };
}
