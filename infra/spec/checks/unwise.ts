import { printBytes } from "../../../capacity/units.ts";
import type { StackSpec, TopicSpec } from "../resolve.ts";
import { isExposed } from "../security.ts";
import type { Check } from "./check.ts";
import { unwiseSettings } from "./unwise-settings.ts";

const singleCopy: Check = {
  reads: ["preset", "brokers.count", "environment"],
  *run({ topics, environment }) {
    if (environment === "dev") return;
    for (const [index, { replicationFactor }] of topics.entries()) {
      if (replicationFactor > 1) continue;
      yield {
        path: ["topics", index, "replicationFactor"],
        message: "wanted 2 or more copies outside dev, found 1: a lost disk is lost records",
        next: "write 3, or set environment to dev",
      };
    }
  },
};

const acknowledgedOnce: Check = {
  reads: ["preset", "brokers.count"],
  *run({ topics }) {
    for (const [index, { replicationFactor, minInsyncReplicas }] of topics.entries()) {
      if (replicationFactor < 3 || minInsyncReplicas > 1) continue;
      yield {
        path: ["topics", index, "minInsyncReplicas"],
        message: `wanted 2 or more with ${replicationFactor} replicas, found 1: acks=all may then mean a single copy`,
        next: "write 2",
      };
    }
  },
};

/** A size written by hand, beside a workload that needs a larger one. */
const undersized: Check = {
  reads: ["preset", "brokers", "workload"],
  *run({ sizing }, file) {
    if (!file.workload || sizing.fits) return;
    const over = sizing.resources.filter(({ fits }) => !fits);
    const needed = over.reduce((most, { brokersNeeded }) => Math.max(most, brokersNeeded), 0);
    yield {
      path: ["brokers", "count"],
      message: `wanted ${needed} or more for the workload, found ${sizing.brokers}: ${over.map(({ resource }) => resource).join(", ")} would be too full with ${sizing.afterFailure.what}`,
      next: "raise it, leave it out, or name a larger workload.machine",
    };
  },
};

/** Encrypted, but nobody is asked who they are. */
const openToAll: Check = {
  reads: ["target", "security", "docker.publishAddress"],
  *run(spec) {
    if (spec.security.profile !== "tls" || !isExposed(spec) || spec.security.iUnderstandThisIsOpen) return;
    yield {
      path: ["security", "profile"],
      message: "wanted scram or mtls where others reach the brokers, found tls: whoever connects may do anything",
      next: "write scram, or iUnderstandThisIsOpen: true",
    };
  },
};

const singleVoter: Check = {
  reads: ["preset", "kafka.mode", "environment", "brokers.count", "controllers", "zookeeper.count"],
  *run({ controllers, zookeeper, environment }) {
    const section = controllers ? "controllers" : "zookeeper";
    if (environment === "dev" || (controllers ?? zookeeper)?.count !== 1) return;
    const message =
      "wanted 3 voters outside dev, found 1: while it is down the cluster cannot change, and its disk is the only copy of the metadata";
    yield { path: [section, "count"], message, next: "write 3, or set environment to dev" };
  },
};

const idleHeap: Check = {
  reads: ["controllers"],
  *run({ controllers }, file) {
    if (controllers?.placement !== "combined" || file.controllers?.heap === undefined) return;
    const message =
      "wanted it with dedicated controllers only, found it with combined ones, which share the broker's heap";
    yield { path: ["controllers", "heap"], message, next: "set brokers.heap instead", atKey: true };
  },
};

/** Bytes that the topic may hold on all brokers together; Infinity when nothing bounds it, undefined when only time does. */
function retainedBytes({ topics: _, kafka, brokers }: StackSpec, topic: TopicSpec): number | undefined {
  const of = (name: string) => topic.config[name] ?? brokers.config[`log.${name}`] ?? kafka.config[`log.${name}`];
  if (!(of("cleanup.policy") ?? "delete").includes("delete")) return undefined;
  const perPartition = Number(of("retention.bytes") ?? -1);
  if (perPartition >= 0) return perPartition * topic.partitions * topic.replicationFactor;
  return Number(of("retention.ms") ?? 0) < 0 ? Number.POSITIVE_INFINITY : undefined;
}

/** What retention by size allows, against the disks; retention by time needs a workload, which is the capacity model's. */
const retentionFitsDisk: Check = {
  reads: ["preset", "brokers", "kafka", "topics"],
  *run(spec) {
    const sizes = spec.topics.map((topic) => retainedBytes(spec, topic));
    for (const [index, bytes] of sizes.entries()) {
      if (bytes !== Number.POSITIVE_INFINITY) continue;
      const message =
        "wanted retention that ends, found none by time nor by size: the topic grows until the disks are full";
      yield {
        path: ["topics", index, "config", "retention.ms"],
        message,
        next: "set retention.bytes, or give retention.ms an end",
      };
    }
    const { count, diskBytes } = spec.brokers;
    const total = sizes.reduce<number>(
      (sum, bytes) => sum + (bytes === Number.POSITIVE_INFINITY ? 0 : (bytes ?? 0)),
      0,
    );
    if (diskBytes === undefined || total <= count * diskBytes) return;
    yield {
      path: ["brokers", "disk"],
      message: `wanted disks for what topics may retain (${printBytes(total)} with replicas), found ${printBytes(count * diskBytes)} on ${count} brokers`,
      next: `write ${Math.ceil(total / count / 1024 ** 3)}GiB or more, or lower retention.bytes`,
    };
  },
};

/** Each server knows one password for each name, so replacing those without losing the quorum would take three rolls. */
const staysInZooKeeper: Check = {
  reads: ["security.rotation", "kafka.mode"],
  *run({ security, kafka }) {
    if (security.rotation === 1 || kafka.mode !== "zookeeper") return;
    yield {
      path: ["security", "rotation"],
      message:
        "wanted new passwords for all names of the cluster, found mode zookeeper, in which those between brokers and ZooKeeper, and between its nodes, stay: a server that has the new one only would lose the others",
      next: "replace the authority too if a node's files were read by others: without a certificate those passwords let nobody in",
    };
  },
};

/** Kafka knows prefixes only: `*-orders` is the one group of that name. */
const starWithin: Check = {
  reads: [],
  *run({ users }) {
    for (const [user, { can }] of users.entries())
      for (const [index, permission] of can.entries())
        for (const key of ["group", "transactionalId"] as const) {
          if (!permission[key]?.slice(0, -1).includes("*")) continue;
          yield {
            path: ["users", user, "can", index, key],
            message: `wanted * at the end only, found ${JSON.stringify(permission[key])}, in which the others stand for themselves`,
            next: "write the beginning that the ids have in common, and *",
          };
        }
  },
};

/** Legal, and sometimes right: warnings. */
export const unwiseChecks: readonly Check[] = [
  undersized,
  singleCopy,
  acknowledgedOnce,
  singleVoter,
  idleHeap,
  openToAll,
  staysInZooKeeper,
  retentionFitsDisk,
  starWithin,
  ...unwiseSettings,
];
