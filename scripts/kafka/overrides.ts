import { describeConfigs, describeMetadata, type NodeConnection, withNode } from "./gaps.ts";
import type { BrokerState, OverrideState } from "./state.ts";

const TIMEOUT_MS = 10_000;

/** What is set of these keys on the running cluster: for all brokers, and on each that answers. */
export async function readOverrides(node: NodeConnection, keys: readonly string[]): Promise<OverrideState[]> {
  const { cluster } = await describeMetadata(node, []);
  const [all, ...each] = await Promise.all([
    readOverride(node, null, keys),
    // One that is down has no say now; health tells of it.
    ...cluster.brokers.map((broker) => ofBroker(broker, keys).catch(() => ({ broker: broker.id, values: {} }))),
  ]);
  return [all, ...each];
}

const ofBroker = ({ id, address }: BrokerState, keys: readonly string[]): Promise<OverrideState> =>
  withNode(address, TIMEOUT_MS, (node) => readOverride(node, id, keys));

/** A broker answers for itself, and for what all of them inherit. */
async function readOverride(node: NodeConnection, broker: number | null, keys: readonly string[]) {
  const name = broker === null ? "" : String(broker);
  const configs = await describeConfigs(node, [{ type: "broker", name }], keys);
  const set = (configs.get(name) ?? []).filter(({ own, inherited }) => (broker === null ? inherited : own));
  const values = set.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]));
  return { broker, values: Object.fromEntries(values) };
}
