import type { StackSpec } from "../spec/resolve.ts";
import type { NodeSeat } from "./nodes.ts";
import type { JvmPlan, VolumePlan } from "./types.ts";
import { jaasSystemProperties } from "./zookeeper.ts";

/** Kafka's own defaults for a server (bin/kafka-run-class.sh, KAFKA_JVM_PERFORMANCE_OPTS). */
const SERVER_OPTIONS = [
  "-XX:+UseG1GC",
  "-XX:MaxGCPauseMillis=20",
  "-XX:InitiatingHeapOccupancyPercent=35",
  "-XX:+ExplicitGCInvokesConcurrent",
];

/** Only the quick compiler: a node serves seconds earlier and is slower under load. */
const QUICK_OPTIONS = ["-XX:TieredStopAtLevel=1"];

export function jvmOf(spec: StackSpec, { heapMiB }: NodeSeat): JvmPlan {
  const quick =
    (spec.target === "local" && spec.local.quickStart) || (spec.target === "docker" && spec.docker.quickStart);
  return {
    heapMiB,
    options: quick ? QUICK_OPTIONS : SERVER_OPTIONS,
    systemProperties: spec.zookeeper ? jaasSystemProperties : {},
  };
}

/** Every node has one volume, `data`. Only a broker's has a size of its own: metadata stays small. */
export function volumesOf({ brokers }: StackSpec, { roles }: NodeSeat): VolumePlan[] {
  const sized = roles.includes("broker") && brokers.diskBytes !== undefined;
  return [sized ? { name: "data", sizeBytes: brokers.diskBytes } : { name: "data" }];
}
