import type { SendFailure } from "../../ops/chaos/history.ts";

/**
 * The leader, or the client itself, refused before anything was written. "Not leader" is none of these: a leader that steps
 * down while a record waits for its followers answers so too (kafka.cluster.Partition.checkEnoughReplicasReachOffset).
 */
const NOT_STORED: ReadonlySet<string> = new Set([
  "LEADER_NOT_AVAILABLE",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "NOT_ENOUGH_REPLICAS",
  "KafkaJSBrokerNotFound",
  "KafkaJSMetadataNotLoaded",
]);

/** kafkajs wraps what happened once or twice: the innermost error of its own tells what it was. */
function innermost(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.name.startsWith("KafkaJS") ? innermost(cause) : error;
}

/** What a failed try tells: Kafka's name of the error where a broker answered, else the client's. */
export function failureOf(error: unknown): SendFailure & { readonly retriable: boolean } {
  const { type, name, retriable } = innermost(error) as {
    readonly type?: string;
    readonly name?: string;
    readonly retriable?: boolean;
  };
  const kind = type ?? name ?? String(error);
  return { kind, mayBeStored: !NOT_STORED.has(kind), retriable: retriable !== false };
}
