import { readConfigValue } from "./config-value.ts";
import { type ConfigKey, configKeys } from "./kafka-configs.ts";
import { nearest } from "./nearest.ts";
import { ownedKey } from "./owned-keys.ts";
import type { Path, Problem } from "./problem.ts";
import type { StackFile } from "./schema.ts";

/** Kafka configuration as Kafka's own strings, sorted by key. */
export type KafkaConfig = Readonly<Record<string, string>>;

type Written = Readonly<Record<string, string | number | boolean>>;

/** A topic's minimum of in-sync replicas has a key of its own, so that it can be checked against the rest. */
const ownedTopicKey = (name: string) =>
  name === "min.insync.replicas" ? "set the topic's minInsyncReplicas" : undefined;

/** Broker configuration at `path`, in Kafka's strings. Keys and values that are refused go to `problems` and are left out. */
export function readBrokerConfig(file: StackFile, written: Written, path: Path, problems: Problem[]): KafkaConfig {
  return readConfig("broker", file, written, path, problems, ownedKey);
}

/** Topic configuration at `path`, as `readBrokerConfig`. */
export function readTopicConfig(file: StackFile, written: Written, path: Path, problems: Problem[]): KafkaConfig {
  return readConfig("topic", file, written, path, problems, ownedTopicKey);
}

function readConfig(
  kind: "broker" | "topic",
  file: StackFile,
  written: Written,
  path: Path,
  problems: Problem[],
  owned: (name: string) => string | undefined,
): KafkaConfig {
  const { version } = file.kafka;
  const known: Readonly<Record<string, ConfigKey>> = configKeys(version)[kind];
  const config: Record<string, string> = {};
  for (const name of Object.keys(written).toSorted()) {
    const place = [...path, name];
    const instead = owned(name);
    const key = Object.hasOwn(known, name) ? known[name] : undefined;
    if (instead) {
      problems.push({
        path: place,
        message: "wanted a key that is free to set, found one that the stack decides",
        next: instead,
        atKey: true,
      });
    } else if (!key) {
      const meant = nearest(name, Object.keys(known));
      problems.push({
        path: place,
        message: `wanted a ${kind} key of Kafka ${version}, found one that it does not know`,
        next: meant ? `did you mean ${meant}?` : `look it up in infra/spec/kafka-configs/${version}.json`,
        atKey: true,
      });
    } else {
      const value = readConfigValue(key, written[name]!);
      if (typeof value === "string") config[name] = value;
      else problems.push({ path: place, ...value });
    }
  }
  return config;
}
