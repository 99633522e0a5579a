/**
 * From which version of Kafka a cluster may go to which. The table is that of infra/spec/versions.ts with the features that
 * toolchain/kafka-features found in Kafka's own libraries; nothing of it is decided here.
 *
 * A version can run a cluster when it knows the cluster's mode, and supports every level that the cluster's features are
 * finalized at (KIP-584). That is the same rule in both directions: newer nodes run with old levels until somebody raises
 * them, and older nodes can take their places again for just as long.
 */
import { kafkaFeatures } from "../spec/kafka-features.ts";
import { KAFKA_VERSIONS, type KafkaVersionName, kafkaVersionNames, type Mode } from "../spec/versions.ts";

/** Levels by feature; one that is not there is at 0. */
export type Levels = Readonly<Record<string, number>>;

/** Tells where the voters stand, not what a release can do: `controllers.quorum` decides it (plan/quorum.ts). */
const NOT_OF_A_RELEASE = "kraft.version";
const METADATA = "metadata.version";

export type { KafkaVersionName } from "../spec/versions.ts";

export const compareVersions = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

const isKnown = (version: string): version is KafkaVersionName => Object.hasOwn(KAFKA_VERSIONS, version);

/** Why nodes of a version cannot run with these levels, a line each; empty when they can. Pure. */
export function unsupported(version: string, finalized: Levels): string[] {
  if (!isKnown(version)) return [`Kafka ${version} is not one of ${kafkaVersionNames.join(", ")}`];
  const known = kafkaFeatures(version);
  const raised = Object.entries(finalized).filter(([, level]) => level > 0);
  const outside = raised.flatMap(([name, level]) => {
    const { min, max } = known[name] ?? { min: 0, max: 0 };
    if (max === 0 || (level >= min && level <= max)) return [];
    const range = `${levelName(name, min)} to ${levelName(name, max)}`;
    return [`${name} is finalized at ${levelName(name, level)}, and Kafka ${version} supports ${range}`];
  });
  const unknown = raised.filter(([name]) => (known[name]?.max ?? 0) === 0).map(([name]) => name);
  return unknown.length === 0
    ? outside
    : [...outside, `Kafka ${version} knows nothing of ${unknown.toSorted().join(", ")}`];
}

/** Why a cluster cannot go back to an older version; undefined when it can. @param finalized as Kafka itself says now. */
export function cannotGoBack(from: string, to: string, mode: Mode, finalized: Levels | undefined): string | undefined {
  const back = `${from} cannot go back to ${to}`;
  if (mode === "zookeeper") return `${back}: in ZooKeeper mode nothing tells whether it could read the data`;
  if (finalized?.[METADATA] === undefined)
    return `${back}: only the levels of its features tell whether ${to} can read its data`;
  const why = unsupported(to, finalized);
  return why.length === 0 ? undefined : `${back}: ${why.join("; ")}`;
}

/** Versions that a cluster may go to, newest first; never the one that it is at. Pure. */
export function versionsFrom(from: string, mode: Mode, finalized: Levels): KafkaVersionName[] {
  return kafkaVersionNames.filter((to) => to !== from && cannotGoTo(from, to, mode, finalized) === undefined);
}

/** Why a cluster that runs cannot go to another version; undefined when it can. Pure. */
export function cannotGoTo(from: string, to: KafkaVersionName, mode: Mode, finalized: Levels): string | undefined {
  if (!(KAFKA_VERSIONS[to].modes as readonly Mode[]).includes(mode))
    return `Kafka ${to} has no ${mode === "zookeeper" ? "ZooKeeper" : mode} mode: migrate first (kafka-stacks migrate)`;
  if (compareVersions(to, from) < 0) return cannotGoBack(from, to, mode, finalized);
  const why = unsupported(to, finalized);
  return why.length === 0 ? undefined : why.join("; ");
}

/** A feature that finalizing raises. */
export interface Raise {
  readonly feature: string;
  readonly from: number;
  readonly to: number;
}

/** What a cluster whose nodes all run a version has still to be raised to, as a new one would be formatted. Pure. */
export function raises(version: KafkaVersionName, finalized: Levels): Raise[] {
  return Object.entries(kafkaFeatures(version))
    .filter(([feature, { release }]) => feature !== NOT_OF_A_RELEASE && release > (finalized[feature] ?? 0))
    .map(([feature, { release }]) => ({ feature, from: finalized[feature] ?? 0, to: release }));
}

/** The version whose nodes support just these levels of metadata.version; undefined for none that is known. Pure. */
export function versionOf(supported: Readonly<Record<string, { readonly max: number }>>): KafkaVersionName | undefined {
  const max = supported[METADATA]?.max;
  return kafkaVersionNames.find((name) => kafkaFeatures(name)[METADATA]?.max === max);
}

/** `30 (4.3-IV0)`, or the bare number where it is no release's. */
export function levelName(feature: string, level: number): string {
  const release =
    feature === METADATA && kafkaVersionNames.find((name) => kafkaFeatures(name)[METADATA]?.max === level);
  return release ? `${level} (${KAFKA_VERSIONS[release].metadataVersion})` : String(level);
}
