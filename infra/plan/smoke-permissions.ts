import type { AclPlan } from "./types.ts";

/** Every topic, group and transactional id of the smoke test begins with it. */
export const SMOKE_PREFIX = "kafka-stacks-smoke-";

/**
 * What the smoke test does, on names of its own. In Kafka each of these operations includes Describe; creating a topic with
 * replicas placed and configs set takes no more than Create, and idempotence nothing since Kafka 2.8 (KIP-679).
 */
export const SMOKE_PERMISSIONS: readonly AclPlan[] = [
  { resource: "group", name: SMOKE_PREFIX, pattern: "prefixed", operations: ["Delete", "Read"] },
  { resource: "topic", name: SMOKE_PREFIX, pattern: "prefixed", operations: ["Create", "Delete", "Read", "Write"] },
  { resource: "transactionalId", name: SMOKE_PREFIX, pattern: "prefixed", operations: ["Write"] },
];
