import type { TopicChange } from "./change.ts";

export const HEADER = ["ACTION", "TOPIC", "FROM", "TO", "WHY"] as const;

/** A change as a row for a person: action, topic, what is there, what is wanted, why. */
export function changeRow(change: TopicChange): string[] {
  return [change.action, change.topic, from(change), to(change), change.reason];
}

function from(change: TopicChange): string {
  switch (change.action) {
    case "set-config":
    case "set-broker-config":
      return settings(change.from);
    case "change-replication":
      return `RF ${change.from.replicationFactor}`;
    case "delete":
      return `${change.from.partitions} partitions, ${change.from.records ?? "unknown"} records`;
    default:
      return change.from ? counts(change.from) : "-";
  }
}

function to(change: TopicChange): string {
  switch (change.action) {
    case "create":
      return `${counts({ partitions: change.to.partitions })} × RF ${change.to.replicationFactor}`;
    case "set-config":
    case "set-broker-config":
      return settings(change.to);
    case "change-replication":
      return `RF ${change.to.replicationFactor}, ${change.to.moves.length} partitions move`;
    default:
      return change.to ? counts(change.to) : "-";
  }
}

function counts(values: Readonly<Record<string, number | string | null>>): string {
  if (Object.keys(values).some((what) => !COUNTED.has(what))) return settings(values);
  return Object.entries(values)
    .map(([what, count]) => (what === "replicationFactor" ? `RF ${count}` : `${count} ${what}`))
    .join(" × ");
}

const COUNTED = new Set(["partitions", "replicationFactor"]);

function settings(values: Readonly<Record<string, number | string | null>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value ?? "(not set)"}`)
    .join(" ");
}
