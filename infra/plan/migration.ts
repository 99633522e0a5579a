import type { Migration } from "../spec/versions.ts";
import { poolOf } from "./nodes.ts";
import type { Decisive, Refusal } from "./refusals.ts";

export type { Migration };

/** Where a cluster stands between its two modes; the steps of the way are explained in metadata.ts. */
export type MetadataPhase = "zookeeper" | Migration | "kraft";

export const METADATA_PHASES: readonly MetadataPhase[] = ["zookeeper", "prepare", "dualWrite", "kraftBrokers", "kraft"];

export const phaseOf = ({ mode, migration }: Pick<Decisive, "mode" | "migration">): MetadataPhase =>
  mode === "kraft" ? "kraft" : (migration ?? "zookeeper");

/**
 * Where one `up` may go. Back from dualWrite Kafka knows one way only: out of the migration altogether, because controllers
 * that hold a copy cannot take another one ("Reverting to ZooKeeper mode During the Migration", Kafka 3.9).
 */
const STEPS: Readonly<Record<MetadataPhase, readonly MetadataPhase[]>> = {
  zookeeper: ["prepare"],
  prepare: ["dualWrite", "zookeeper"],
  dualWrite: ["kraftBrokers", "zookeeper"],
  kraftBrokers: ["kraft", "dualWrite"],
  kraft: [],
};

/** The next `up` on the way from one phase to another; undefined when there is none. */
export function nextPhase(from: MetadataPhase, goal: MetadataPhase): MetadataPhase | undefined {
  const [forward, back] = STEPS[from];
  return METADATA_PHASES.indexOf(goal) > METADATA_PHASES.indexOf(from) ? forward : back;
}

/** Whether brokers know the KRaft quorum, and tell of it. */
export const tellOfQuorum = (plan: Pick<Decisive, "mode" | "migration">): boolean =>
  METADATA_PHASES.indexOf(phaseOf(plan)) >= METADATA_PHASES.indexOf("kraftBrokers");

/** What only the running nodes can tell of how far they are. */
export interface LiveMigration {
  /** The KRaft controllers have copied all that ZooKeeper holds, and lead the cluster. */
  readonly copied: boolean;
  /** What each broker that answers runs as, by id. */
  readonly brokers: ReadonlyMap<number, BrokerMode>;
}

export type BrokerMode = "zookeeper" | "migrating" | "kraft";

/** Brokers that run in KRaft mode. */
const inKraft = ({ brokers }: LiveMigration): number[] =>
  [...brokers].flatMap(([id, mode]) => (mode === "kraft" ? [id] : []));

/** Whether a change is allowed or not depends on {@link LiveMigration}. */
export function dependsOnLive(before: Decisive, now: Decisive): boolean {
  const [from, to] = [phaseOf(before), phaseOf(now)];
  return STEPS[from].includes(to) && (from === "dualWrite" || to === "kraft");
}

/** What one writes for a phase. */
export const wordsOf = (phase: MetadataPhase): string =>
  phase === "kraft" || phase === "zookeeper"
    ? `kafka: { mode: ${phase} }`
    : `kafka: { mode: zookeeper, migration: ${phase} }`;

/**
 * Why a cluster cannot go from one phase to another now. Pure.
 *
 * 1. One of the {@link STEPS} at a time.
 * 2. Nothing else that concerns all nodes changes with it: neither which nodes there are of those that stay, nor the version,
 *    nor how they talk to each other.
 * 3. The step before is done, as the nodes themselves tell.
 *
 * @param live undefined where nobody was asked, text why nobody answers.
 */
export function migrationRefusals(
  before: Decisive,
  now: Decisive,
  live: LiveMigration | string | undefined,
): Refusal[] {
  const [from, to] = [phaseOf(before), phaseOf(now)];
  if (from === to) return [];
  if (!STEPS[from].includes(to)) return [{ property: "mode", reason: `kafka.mode: ${wrongStep(from, to)}` }];
  const [property, also] = alsoChanged(before, now) ?? [];
  if (property) return [{ property, reason: `kafka.migration: ${also} cannot change in the same step; put it back` }];
  const unfinished =
    live === undefined || !dependsOnLive(before, now) ? undefined : unfinishedStep(from, to, before, live);
  return unfinished ? [{ property: "mode", reason: `kafka.migration: ${unfinished}` }] : [];
}

function wrongStep(from: MetadataPhase, to: MetadataPhase): string {
  if (from === "kraft")
    return "a cluster in mode kraft cannot go back to zookeeper, which knows nothing of what came since; put it back, or make a stack of another name";
  const steps = STEPS[from].map(wordsOf).join(", or back ");
  return `a running cluster goes from ${from} to ${to} in several steps, an up for each; write ${steps} (kafka-stacks migrate goes all the way; docs/migration.md)`;
}

/** Property and words of what else changes that must not. */
function alsoChanged(before: Decisive, now: Decisive): readonly [property: string, words: string] | undefined {
  if (before.kafkaVersion !== now.kafkaVersion) return ["kafkaVersion", "kafka.version"];
  if ((before.security ?? "plaintext") !== now.security) return ["security", "security.profile"];
  if (list(brokersOf(before)) !== list(brokersOf(now))) return ["listeners", "brokers.count"];
  for (const [words, isOf] of [
    ["controllers", isController],
    ["zookeeper.count", isZooKeeper],
  ] as const) {
    const [was, is] = [before, now].map(({ voters }) => voters.filter(isOf));
    if (was!.length > 0 && is!.length > 0 && list(was!) !== list(is!)) return ["voters", words];
  }
  if (phaseOf(now) === "kraft" && list(now.voters) !== list(before.voters.filter(isController)))
    return ["voters", "controllers"];
  return undefined;
}

function unfinishedStep(
  from: MetadataPhase,
  to: MetadataPhase,
  before: Decisive,
  live: LiveMigration | string,
): string | undefined {
  if (typeof live === "string")
    return `nobody tells whether ${from} is done (${live}); write ${wordsOf(from)} again and run up`;
  if (to === "zookeeper" && inKraft(live).length > 0)
    return `broker ${list(inKraft(live))} still runs in KRaft mode; write ${wordsOf("dualWrite")} again and run up first`;
  if (to === "zookeeper") return undefined;
  if (!live.copied)
    return `the controllers have not yet copied ZooKeeper's metadata; write ${wordsOf(from)} again, and wait until kafka-stacks migrate --status says so`;
  const late = brokersOf(before).filter((id) => !inKraft(live).includes(id));
  if (to === "kraft" && late.length > 0)
    return `broker ${list(late)} still lives by ZooKeeper; write ${wordsOf("kraftBrokers")} again and run up first`;
  return undefined;
}

const list = (ids: readonly number[]): string => ids.join(", ");
/** Whether a node's id is that of a dedicated KRaft controller. */
export const isController = (id: number): boolean => poolOf(id) === "controller";
const isZooKeeper = (id: number): boolean => poolOf(id) === "zookeeper";

function brokersOf({ listeners }: Decisive): number[] {
  const ids = listeners.map((key) => Number(key.split("@")[1])).filter((id) => !isController(id) && !isZooKeeper(id));
  return [...new Set(ids)].sort((a, b) => a - b);
}
