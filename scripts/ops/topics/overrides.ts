import { isOfControllers } from "../../../infra/plan/live.ts";
import type { ClusterPlan, NodePlan } from "../../../infra/plan/types.ts";
import { valuesOf } from "../../../infra/plan/values.ts";
import type { OverrideState } from "../../kafka/state.ts";
import { comparableConfig } from "../health/config.ts";
import type { TopicChange } from "./change.ts";

/** Planned keys that someone may have set on a running cluster, where they win over the files of the nodes. */
export const overridableKeys = ({ nodes }: ClusterPlan): string[] => [
  ...new Set(nodes.filter(isBroker).flatMap((node) => Object.keys(comparableConfig(node)))),
];

/**
 * What is set on the running cluster, or on one broker, and differs from the plan. Pure. An override is deleted, so that the
 * file decides again. Not one that controllers decide by: Kafka 4 keeps the cluster's min.insync.replicas there from its first
 * start on and refuses to delete it (KIP-966), so it is set to the planned value.
 */
export function diffOverrides(plan: ClusterPlan, overrides: readonly OverrideState[]): TopicChange[] {
  const same = valuesOf(plan.kafkaVersion, "broker");
  const brokers = plan.nodes.filter(isBroker);
  return overrides.flatMap(({ broker, values }): TopicChange[] => {
    const node = broker === null ? brokers[0] : brokers.find(({ id }) => id === broker);
    const planned = node ? comparableConfig(node) : {};
    const differing = Object.entries(values)
      .filter(([key, found]) => planned[key] !== undefined && !same(key, planned[key], found))
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (differing.length === 0) return [];
    const wanted = (key: string) => (broker === null && isOfControllers(key) ? (planned[key] ?? null) : null);
    return [
      {
        action: "set-broker-config",
        topic: broker === null ? "(cluster)" : `(broker ${broker})`,
        broker,
        from: Object.fromEntries(differing),
        to: Object.fromEntries(differing.map(([key]) => [key, wanted(key)])),
        reason: "set on the running cluster, it wins over the stack file",
      },
    ];
  });
}

const isBroker = ({ roles }: NodePlan): boolean => roles.includes("broker");
