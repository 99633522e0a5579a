import { GiB } from "../../capacity/units.ts";
import type { StackSpec } from "../spec/resolve.ts";
import { kerberosSystemProperties } from "./kerberos.ts";
import { hasHealth } from "./listeners.ts";
import { usesZooKeeper } from "./metadata.ts";
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

export function jvmOf(spec: StackSpec, seat: NodeSeat): JvmPlan {
  const { heapMiB } = seat;
  const quick = spec[spec.target].quickStart;
  return {
    heapMiB,
    options: quick ? QUICK_OPTIONS : SERVER_OPTIONS,
    systemProperties: {
      ...(hasJaas(spec, seat) ? jaasSystemProperties : {}),
      ...kerberosSystemProperties(spec, seat),
    },
  };
}

/** Whether `jaas.conf` is among the node's files. */
const hasJaas = (spec: StackSpec, seat: NodeSeat): boolean =>
  seat.roles.includes("zookeeper") || usesZooKeeper(spec, seat) || (hasHealth(spec) && seat.roles.includes("broker"));

/** Kubernetes makes no volume without a size: what a broker gets that has none in the file, and what metadata needs. */
const CLAIM_BYTES = Object.freeze({ broker: 10 * GiB, metadata: 5 * GiB });

/** Every node has one volume, `data`. Only a broker's has a size of its own: metadata stays small. */
export function volumesOf({ target, brokers }: StackSpec, { roles }: NodeSeat): VolumePlan[] {
  const isBroker = roles.includes("broker");
  const claimed = target === "kubernetes" ? CLAIM_BYTES[isBroker ? "broker" : "metadata"] : undefined;
  const sizeBytes = (isBroker ? brokers.diskBytes : undefined) ?? claimed;
  return [sizeBytes === undefined ? { name: "data" } : { name: "data", sizeBytes }];
}
