import type { Migration, Mode } from "../spec/versions.ts";
import { type LiveMigration, migrationRefusals, phaseOf } from "./migration.ts";
import type { SecurityProfile } from "./security-types.ts";
import { cannotGoBack, compareVersions, type Levels } from "./versions.ts";
import { type LiveVoters, sameNodes, voterRefusals } from "./voters.ts";

/** The security profile, or while a live cluster goes to it, how far it has come. */
export type SecurityPhase = SecurityProfile | "open" | "switch";

/** What a cluster's data depends on. */
export interface Decisive {
  readonly mode: Mode;
  /** `kafka.migration`. */
  readonly migration?: Migration;
  readonly kafkaVersion: string;
  /** Where the voters stand; absent: in the configuration of every node. */
  readonly quorum?: "dynamic";
  /** Node ids of the quorum: KRaft voters, or the ZooKeeper ensemble. */
  readonly voters: readonly number[];
  /** `LISTENER@nodeId` of every listener. */
  readonly listeners: readonly string[];
  /** A cluster of an earlier release has no word of it: it was plaintext. */
  readonly security?: SecurityPhase;
  /** `security.rotation`; absent: 1. */
  readonly rotation?: number;
  /** Levels of Kafka's features, asked of the cluster just now by who lets an older version in. */
  readonly finalized?: Levels;
}

export interface Refusal {
  /** Of {@link Decisive}. */
  readonly property: string;
  readonly reason: string;
}

/** The way of a live cluster from plaintext to a profile, a step each time, in both directions. */
const WAY: readonly SecurityPhase[] = ["plaintext", "open", "switch"];

/** Why nodes would not understand each other while one after the other changes; undefined where they do. */
function securityJump(before: SecurityPhase, now: SecurityPhase | undefined): string | undefined {
  if (now === undefined || before === now) return undefined;
  const [from, to] = [before, now].map((phase) => (WAY.includes(phase) ? WAY.indexOf(phase) : WAY.length));
  if (from === WAY.length && to === WAY.length)
    return `a running cluster cannot change from ${before} to ${now}; put it back, or make a stack of another name`;
  if (Math.abs(from! - to!) === 1) return undefined;
  return `nodes of a running cluster would not understand each other on the way from ${before} to ${now}; go there by security.transition: open, then switch, then without it, an up for each (docs/security.md)`;
}

/** Replicas by broker, or in words why nobody could be asked. */
export type Holdings = ReadonlyMap<number, number> | string;

/** Brokers that would go, when nothing else forbids it. */
export function leavers(before: Decisive, now: Decisive): number[] {
  if (phaseOf(before) !== phaseOf(now)) return [];
  const isDynamic = before.quorum === "dynamic" && now.quorum === "dynamic";
  if (!isDynamic && !sameNodes(before.voters, now.voters)) return [];
  return nodesOf(before).filter((id) => !nodesOf(now).includes(id) && !(isDynamic && before.voters.includes(id)));
}

/**
 * Changes that a cluster's data would not survive; refused before anything happens. Pure.
 *
 * @param held what the leavers hold.
 * @param live how far a migration is; undefined where nobody was asked.
 * @param voters who votes now; undefined where the target does not let them change.
 */
export function refusals(
  before: Decisive,
  now: Decisive,
  held: Holdings = "nobody was asked",
  live?: LiveMigration | string,
  voters?: LiveVoters,
): Refusal[] {
  const failures: Refusal[] = [];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  const gone = leavers(before, now);
  const quorum = voterRefusals(before, now, voters);
  if (phaseOf(before) !== phaseOf(now)) failures.push(...migrationRefusals(before, now, live));
  else failures.push(...quorum);
  const loss = mayNotGo(gone, held);
  if (loss && quorum.length === 0) refuse("listeners", loss);
  const jump = securityJump(before.security ?? "plaintext", now.security);
  if (jump) refuse("security", `security.profile: ${jump}`);
  const [last, next] = [before.rotation ?? 1, now.rotation ?? 1];
  if (next < last)
    refuse(
      "rotation",
      `security.rotation: ${last} cannot go back to ${next}, whose passwords are old ones; write ${last} to keep those there are, or ${last + 1} for new ones`,
    );
  const isOlder = compareVersions(now.kafkaVersion, before.kafkaVersion) < 0;
  const stays = isOlder && cannotGoBack(before.kafkaVersion, now.kafkaVersion, now.mode, now.finalized);
  if (stays) {
    const ask = now.finalized ? "" : `, then let kafka-stacks upgrade STACK --to ${now.kafkaVersion} ask for them`;
    refuse("kafkaVersion", `kafka.version: ${stays}; put the version back${ask}`);
  }
  return failures;
}

/** What would be lost with brokers that go; undefined when nothing would. Pure. */
export function mayNotGo(gone: readonly number[], held: Holdings): string | undefined {
  if (gone.length === 0) return undefined;
  const wouldGo = `brokers.count: broker ${list(gone)} would go, and`;
  if (typeof held === "string")
    return `${wouldGo} nobody tells whether it holds replicas (${held}); put the count back, then run up, and rebalance apply --drain ${gone.join(" ")}`;
  const full = gone.filter((id) => (held.get(id) ?? 0) > 0);
  if (full.length === 0) return undefined;
  const what = full.map((id) => `broker ${id} holds ${held.get(id)} replicas`).join(", ");
  return `${wouldGo} ${what}; put the count back, or empty it first: kafka-stacks rebalance apply STACK --drain ${full.join(" ")}`;
}

const list = (ids: readonly number[]): string => ids.join(", ");

/** Node ids of everybody who has one of the listeners. */
export function nodesOf({ listeners }: Pick<Decisive, "listeners">): number[] {
  return [...new Set(listeners.map((key) => Number(key.split("@")[1])))].sort((a, b) => a - b);
}
