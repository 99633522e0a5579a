import type { CheckFailure } from "../../../toolchain/plugin/resource.ts";
import type { ClusterInputs } from "./kept.ts";

type Decisive = Pick<ClusterInputs, "mode" | "kafkaVersion" | "voters" | "listeners">;

/** Changes that a cluster's data would not survive; refused before anything happens. Pure. */
export function refusals(before: Decisive, now: Decisive): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  const gone = nodesOf(before).filter((id) => !nodesOf(now).includes(id));
  if (before.mode !== now.mode)
    refuse(
      "mode",
      `kafka.mode: a running cluster cannot change from ${before.mode} to ${now.mode}; make a stack of another name`,
    );
  else if (!sameNodes(before.voters, now.voters))
    refuse(
      "voters",
      `${now.mode === "kraft" ? "controllers" : "zookeeper"}: the voters are nodes ${list(before.voters)} and cannot become ${list(now.voters)}; put count and placement back, or make a stack of another name`,
    );
  else if (gone.length > 0)
    refuse(
      "listeners",
      `brokers.count: broker ${list(gone)} would go, and the replicas on it with it; put the count back, or make a stack of another name`,
    );
  if (compareVersions(now.kafkaVersion, before.kafkaVersion) < 0)
    refuse(
      "kafkaVersion",
      `kafka.version: ${before.kafkaVersion} cannot go back to ${now.kafkaVersion}: its data may be in a newer format; put the version back`,
    );
  return failures;
}

const list = (ids: readonly number[]): string => ids.join(", ");

function nodesOf({ listeners }: Decisive): number[] {
  return [...new Set(listeners.map((key) => Number(key.split("@")[1])))].sort((a, b) => a - b);
}

function sameNodes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
