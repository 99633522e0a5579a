import { readFileSync } from "node:fs";
import type { KafkaVersionName } from "./versions.ts";

/** Levels of one feature of Kafka (KIP-584). */
export interface FeatureLevels {
  /** That nodes of the version can run with. */
  readonly min: number;
  readonly max: number;
  /** With which a new cluster of the version is formatted, and to which `--release-version` raises. */
  readonly release: number;
}

const loaded = new Map<string, Readonly<Record<string, FeatureLevels>>>();

/** The features of a Kafka version by name; made by `toolchain/kafka-features`, never by hand. */
export function kafkaFeatures(version: KafkaVersionName): Readonly<Record<string, FeatureLevels>> {
  const known = loaded.get(version);
  if (known) return known;
  const file = new URL(`./kafka-features/${version}.json`, import.meta.url);
  const { features } = JSON.parse(readFileSync(file, "utf8")) as { features: Record<string, FeatureLevels> };
  loaded.set(version, features);
  return features;
}
