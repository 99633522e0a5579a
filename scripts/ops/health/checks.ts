import type { ClusterOutputs } from "../../../infra/outputs.ts";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import type { HealthState } from "../../kafka/state.ts";
import type { Check } from "./check.ts";
import { containers } from "./containers.ts";
import { brokerConfig, brokers, controller, disk, zookeeper } from "./nodes.ts";
import { declaredTopics, offlinePartitions, preferredLeaders, underMinIsr, underReplicated } from "./partitions.ts";
import type { CheckResult } from "./report.ts";
import { certificates, openListeners } from "./security.ts";

/** In the order in which causes come before their consequences. Adding a check is a function and a line here. */
const CHECKS: Readonly<Record<string, Check>> = {
  containers,
  certificates,
  brokers,
  controller,
  zookeeper,
  "offline-partitions": offlinePartitions,
  "under-min-isr": underMinIsr,
  "under-replicated": underReplicated,
  "preferred-leaders": preferredLeaders,
  topics: declaredTopics,
  "broker-config": brokerConfig,
  disk,
  "open-listeners": openListeners,
};

export function runChecks(state: HealthState, plan: ClusterPlan, outputs: ClusterOutputs): CheckResult[] {
  return Object.entries(CHECKS).map(([name, check]) => ({ name, ...check(state, plan, outputs) }));
}
