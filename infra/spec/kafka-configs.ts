import { readFileSync } from "node:fs";
import { type KafkaVersionName, kafkaVersionNames } from "./versions.ts";

/** What Kafka itself says about one of its configuration keys. */
export interface ConfigKey {
  readonly type: "boolean" | "string" | "int" | "short" | "long" | "double" | "list" | "class" | "password";
  readonly unit?: "ms" | "bytes";
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  /** Of a list: the order of its items means nothing. */
  readonly set?: true;
  /** Of broker keys, as Kafka has it: what may change while a broker runs, for each or for all alike; absent: nothing may. */
  readonly update?: "per-broker" | "cluster-wide";
}

/** Keys of one Kafka version; made by `toolchain/kafka-configs`, never by hand. */
export interface ConfigKeys {
  readonly kafkaVersion: string;
  readonly broker: Readonly<Record<string, ConfigKey>>;
  readonly topic: Readonly<Record<string, ConfigKey>>;
}

/** The keys of a version as a plan or a deployment names it; empty where this release does not know the version. */
export function configKeysOf(version: string): Pick<ConfigKeys, "broker" | "topic"> {
  const known = kafkaVersionNames.find((name) => name === version);
  return known ? configKeys(known) : { broker: {}, topic: {} };
}

const loaded = new Map<string, ConfigKeys>();

/** The broker and topic keys of a Kafka version. */
export function configKeys(version: KafkaVersionName): ConfigKeys {
  const known = loaded.get(version);
  if (known) return known;
  const file = new URL(`./kafka-configs/${version}.json`, import.meta.url);
  const keys: ConfigKeys = JSON.parse(readFileSync(file, "utf8"));
  loaded.set(version, keys);
  return keys;
}
