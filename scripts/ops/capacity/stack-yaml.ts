import type { Sizing, TopicResult } from "../../../capacity/result.ts";
import { formatBytes, formatRate, MiB, printBytes, printDuration } from "../../../capacity/units.ts";
import type { Workload } from "../../../capacity/workload.ts";
import { digits, percent, plural } from "./figures.ts";
import { wrap } from "./layout.ts";
import { verdict } from "./report.ts";

export interface StackOptions {
  readonly target: string;
  /** The command that makes the same file again. */
  readonly command: string;
  /** Where the JSON Schema lies as seen from the file; undefined: the file says nothing of it. */
  readonly schema: string | undefined;
  /** Of a dedicated controller; the model does not size it. */
  readonly controllerHeapBytes: number;
}

/** As stack files of this project have it. */
const KAFKA_VERSION = "4.3.1";
const COMMENT_WIDTH = 100;

/** Up to so many brokers can carry the quorum beside their work; more of them have a load worth keeping away from it. */
const MOST_COMBINED = 5;

/** A stack file that says every size itself, so that no preset and no later release changes it. */
export function stackYaml(sizing: Sizing, { target, command, schema, controllerHeapBytes }: StackOptions): string {
  const blocks = [
    [...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`, "#"]), ...head(sizing, command)],
    [`target: ${target}`, ...kafka(sizing)],
    brokers(sizing),
    controllers(sizing, controllerHeapBytes),
    ...(atRisk(sizing) ? [[...comment("As asked for: with one broker down, acks=all writes stop."), RISK]] : []),
    topics(sizing),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

const RISK = "allowUnavailableOnOneFailure: true";
const atRisk = ({ replicationFactor: rf, minInsyncReplicas: isr }: Sizing): boolean => rf > 1 && rf === isr;

const comment = (text: string, indent = ""): string[] => wrap(text, COMMENT_WIDTH, `${indent}# `, `${indent}# `);

function head(sizing: Sizing, command: string): string[] {
  const { workload, machine } = sizing;
  return [
    ...comment(`${verdict(sizing)}.`),
    ...comment(`Workload: ${describe(workload)}.`),
    ...comment(`Machine: ${machine.name} (${machine.provider}): ${machine.source}`),
    ...comment(`Made by: ${command}`),
  ];
}

function describe(workload: Workload): string {
  const { produceBytesPerSec, peakProduceBytesPerSec, fanOut, growthPerYear, horizonYears, mayFail } = workload;
  return [
    `${formatRate(produceBytesPerSec)} written, ${formatRate(peakProduceBytesPerSec)} at the peak`,
    `read ${digits(fanOut)} times`,
    keptFor(workload),
    `${percent(growthPerYear)} growth a year for ${plural(horizonYears, "year")}`,
    `may fail: ${mayFail}`,
  ].join(", ");
}

function keptFor({ retention }: Workload): string {
  if (retention.by === "time") return `kept ${printDuration(retention.ms)}`;
  if (retention.by === "size") return `${formatBytes(retention.bytes)} kept`;
  return `compacted to ${formatBytes(retention.liveBytes)}`;
}

/**
 * Kafka's own topics get three copies. Where more brokers may fail, offsets and transactions must survive that too, and
 * the cluster's min.insync.replicas would else be more than three copies can give with one of them down.
 */
function kafka({ replicationFactor: rf, minInsyncReplicas: isr }: Sizing): string[] {
  if (rf <= 3) return [`kafka: { version: ${KAFKA_VERSION}, mode: kraft }`];
  return [
    "kafka:",
    `  version: ${KAFKA_VERSION}`,
    "  mode: kraft",
    ...comment("Topics that clients make, and Kafka's own, survive what those below do.", "  "),
    "  config:",
    `    default.replication.factor: ${rf}`,
    `    min.insync.replicas: ${isr}`,
    `    offsets.topic.replication.factor: ${rf}`,
    `    share.coordinator.state.topic.min.isr: ${isr}`,
    `    share.coordinator.state.topic.replication.factor: ${rf}`,
    `    transaction.state.log.min.isr: ${isr}`,
    `    transaction.state.log.replication.factor: ${rf}`,
  ];
}

function brokers(sizing: Sizing): string[] {
  const { brokers, machine, perBroker, afterFailure, workload } = sizing;
  const because = sizing.decisions.find(({ what }) => what === "brokers")?.because ?? sizing.binding;
  const kept = `${formatBytes(perBroker.storageBytes)} kept on each, ${formatBytes(afterFailure.perBroker.storageBytes)} with ${afterFailure.what}`;
  return [
    "brokers:",
    ...comment(`${because}.`, "  "),
    `  count: ${brokers}`,
    `  heap: ${printBytes(Math.ceil(perBroker.heapBytes / MiB) * MiB)}`,
    ...comment(`${kept}.`, "  "),
    `  disk: ${printBytes(machine.disk.sizeBytes)}`,
    ...(workload.racks > 1 ? [`  racks: [${names(workload.racks).join(", ")}]`] : []),
  ];
}

const names = (racks: number): string[] => Array.from({ length: racks }, (_, i) => `rack-${i + 1}`);

function controllers({ brokers, controllers, workload }: Sizing, heapBytes: number): string[] {
  // Where nothing may fail a quorum of several would only be more to run.
  const count = workload.mayFail === "nothing" ? 1 : controllers;
  if (count <= brokers && brokers <= MOST_COMBINED)
    return [
      ...comment(`The first ${plural(count, "broker")} ${count === 1 ? "is the controller" : "are controllers"} too.`),
      `controllers: { count: ${count}, placement: combined }`,
    ];
  return [
    ...comment("Nodes of their own: load on a broker then never slows the quorum."),
    `controllers: { count: ${count}, placement: dedicated, heap: ${printBytes(heapBytes)} }`,
  ];
}

function topics(sizing: Sizing): string[] {
  const { replicationFactor: rf, minInsyncReplicas: isr, afterFailure, workload } = sizing;
  const copies = `${rf === 1 ? "1 copy" : `${rf} copies`}, ${isr} to hold a record before it is acknowledged`;
  return [
    "topics:",
    ...comment(`${copies}: with ${afterFailure.what}, writes go on.`, "  "),
    ...sizing.topics.map((topic, i) => {
      const config = Object.entries(topicConfig(topic, workload.topics[i]?.share ?? 0, workload));
      const settings = config.map(([key, value]) => `${key}: ${value}`).join(", ");
      const replicas = `replicationFactor: ${rf}, minInsyncReplicas: ${isr}`;
      return `  - { name: ${scalar(topic.name)}, partitions: ${topic.partitions}, ${replicas}, config: { ${settings} } }`;
    }),
  ];
}

function topicConfig({ partitions }: TopicResult, share: number, { retention }: Workload): Record<string, string> {
  switch (retention.by) {
    case "time":
      return { "cleanup.policy": "delete", "retention.ms": printDuration(Math.ceil(retention.ms)) };
    case "size": {
      // Never 0, which Kafka takes as "keep nothing"; and by size alone, as Kafka would else delete after a week, too.
      const perPartition = Math.max(1, Math.ceil((retention.bytes * share) / partitions / MiB)) * MiB;
      return { "cleanup.policy": "delete", "retention.bytes": printBytes(perPartition), "retention.ms": "-1" };
    }
    case "compaction":
      return { "cleanup.policy": "compact" };
  }
}

/** A topic's name as YAML reads it as a text. */
const scalar = (name: string): string =>
  /^[a-z][\w.-]*$/i.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name) ? name : JSON.stringify(name);
