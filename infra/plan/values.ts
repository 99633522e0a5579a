import { configKeysOf } from "../spec/kafka-configs.ts";
import { sameValue } from "../spec/same-value.ts";

/** Whether two texts are one value of a key, to a version of Kafka. */
export type SameValue = (key: string, one: string, other: string) => boolean;

/** By Kafka's own types; a version or a key that this release does not know is compared as text. */
export function valuesOf(kafkaVersion: string, kind: "broker" | "topic"): SameValue {
  const keys = configKeysOf(kafkaVersion)[kind];
  return (key, one, other) => sameValue(Object.hasOwn(keys, key) ? keys[key] : undefined, one, other);
}
