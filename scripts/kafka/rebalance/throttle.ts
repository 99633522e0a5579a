import type { Throttles } from "../../ops/rebalance/state.ts";
import { RATE_KEYS, REPLICA_KEYS, type ThrottledReplicas } from "../../ops/rebalance/throttle.ts";
import { withAnyBroker } from "../cluster.ts";
import { incrementalAlterConfigs, withNode } from "../gaps.ts";
import type { BrokerState } from "../state.ts";

const TIMEOUT_MS = 30_000;
const BATCH = 500;

/** Limits the replication of these replicas on every broker. The rates come first: replicas without a rate are not held. */
export async function setThrottle(
  brokers: readonly BrokerState[],
  bytesPerSecond: number,
  replicas: ReadonlyMap<string, ThrottledReplicas>,
): Promise<void> {
  const rate = Object.fromEntries(RATE_KEYS.map((key) => [key, String(Math.floor(bytesPerSecond))]));
  await setOnBrokers(brokers, rate);
  await setOnTopics(brokers, [...replicas]);
}

/** Takes throttles away, topics first. @throws when a broker that has one cannot be told. */
export async function removeThrottles(brokers: readonly BrokerState[], found: Throttles): Promise<void> {
  const none = Object.fromEntries(REPLICA_KEYS.map((key) => [key, null]));
  await setOnTopics(
    brokers,
    found.topics.map((name) => [name, none]),
  );
  await setOnBrokers(
    brokers.filter(({ id }) => found.brokers.includes(id)),
    Object.fromEntries(RATE_KEYS.map((key) => [key, null])),
  );
}

type Values = Readonly<Record<string, string | null>>;

/** A broker takes such settings for itself only. */
async function setOnBrokers(brokers: readonly BrokerState[], values: Values): Promise<void> {
  await Promise.all(
    brokers.map(({ id, address }) =>
      withNode(address, TIMEOUT_MS, (node) =>
        incrementalAlterConfigs(node, [{ type: "broker", name: String(id), values }]),
      ),
    ),
  );
}

async function setOnTopics(
  brokers: readonly BrokerState[],
  topics: readonly (readonly [name: string, values: Values])[],
): Promise<void> {
  const addresses = brokers.map(({ address }) => address);
  for (let start = 0; start < topics.length; start += BATCH) {
    const batch = topics
      .slice(start, start + BATCH)
      .map(([name, values]) => ({ type: "topic" as const, name, values }));
    await withAnyBroker(addresses, TIMEOUT_MS, (node) => incrementalAlterConfigs(node, batch));
  }
}
