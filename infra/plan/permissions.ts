import type { AclPlan } from "./types.ts";

/** What the `health` command reads: descriptions and configuration, never a record. */
export const HEALTH_PERMISSIONS: readonly AclPlan[] = [
  { resource: "cluster", name: "kafka-cluster", pattern: "literal", operations: ["Describe", "DescribeConfigs"] },
  { resource: "group", name: "*", pattern: "literal", operations: ["Describe"] },
  { resource: "topic", name: "*", pattern: "literal", operations: ["Describe", "DescribeConfigs"] },
];

/** What a broker's own health check reads. */
export const PROBE_PERMISSIONS: readonly AclPlan[] = [
  { resource: "topic", name: "*", pattern: "literal", operations: ["Describe"] },
];
