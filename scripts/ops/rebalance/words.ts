import { formatBytes } from "../../../capacity/units.ts";
import { few } from "../words.ts";
import type { Violation } from "./evaluate.ts";
import type { RebalanceReport } from "./report.ts";
import { isThrottled } from "./state.ts";

export const HEADER = ["BROKER", "RACK", "REPLICAS", "LEADERS", "BYTES", ""] as const;

/** A row for each broker: what it has, and what it will have where that differs. */
export function brokerRows({ brokers, drained }: RebalanceReport): string[][] {
  const change = (from: string, to: string) => (from === to ? from : `${from} → ${to}`);
  return brokers.map(({ before, after }) => [
    String(before.id),
    before.rack ?? "-",
    change(String(before.replicas), String(after.replicas)),
    change(String(before.leaders), String(after.leaders)),
    change(formatBytes(before.bytes), formatBytes(after.bytes)),
    drained.includes(before.id) ? "to be emptied" : "",
  ]);
}

/** Why anything moves: each kind of fault once, with how many. */
export function reasons(violations: readonly Violation[]): string[] {
  const by = Map.groupBy(violations, (one) => (one.kind === "uneven" ? `uneven ${one.measure}` : one.kind));
  return [...by].map(([kind, { length }]) => WORDS[kind]!(length));
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

const WORDS: Readonly<Record<string, (count: number) => string>> = Object.freeze({
  duplicate: (n) => `${count(n, "replica")} twice on a broker`,
  "replication-factor": (n) => `${count(n, "partition")} with another replication factor than wanted`,
  "wrong-broker": (n) => `${count(n, "replica")} on brokers that shall have none`,
  racks: (n) => `${count(n, "partition")} with replicas that share a rack while another is free`,
  "uneven replicas": (n) => `replicas uneven on ${count(n, "broker")}`,
  "uneven bytes": (n) => `bytes uneven on ${count(n, "broker")}`,
  "uneven leaders": (n) => `preferred leaders uneven on ${count(n, "broker")}`,
});

/** What is to do, a line each; one line when it is nothing. */
export function toDo({ balanced, movement, ongoing, throttles, violations }: RebalanceReport): string[] {
  if (balanced) return ["balanced: nothing to move"];
  const why = reasons(violations);
  const { partitions, replicas, bytes, free } = movement;
  const copied = `${count(replicas, "replica")} (${formatBytes(bytes)}) copied`;
  return [
    ...(partitions > 0 ? why.map((reason) => `because: ${reason}`) : []),
    ...(partitions > 0 ? [`to move: ${count(partitions, "partition")}, ${copied}, ${free} without a copy`] : []),
    ...(ongoing > 0 ? [`under way already: ${count(ongoing, "partition")}`] : []),
    ...(isThrottled(throttles) ? [`left behind: ${throttleWords(throttles)}; apply removes it`] : []),
  ];
}

export function throttleWords({ brokers, topics }: RebalanceReport["throttles"]): string {
  const of = [
    ...(brokers.length > 0 ? [`brokers ${brokers.join(", ")}`] : []),
    ...(topics.length > 0 ? [`topics ${few(topics)}`] : []),
  ];
  return `a replication throttle of ${of.join(" and ")}`;
}
