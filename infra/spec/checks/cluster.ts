import { KAFKA_VERSIONS, kafkaVersionNames } from "../versions.ts";
import type { Check } from "./check.ts";

/** ZooKeeper left Kafka with version 4.0 (KIP-833). */
const modeOfVersion: Check = {
  reads: ["kafka.version", "kafka.mode"],
  *run({ kafka: { version, mode } }) {
    const modes: readonly string[] = KAFKA_VERSIONS[version].modes;
    if (modes.includes(mode)) return;
    const fitting = kafkaVersionNames.filter((name) =>
      (KAFKA_VERSIONS[name].modes as readonly string[]).includes(mode),
    );
    yield {
      path: ["kafka", "mode"],
      message: `wanted ${modes.join(" or ")}, which Kafka ${version} has, found ${mode}`,
      next: `write ${modes.join(" or ")}, or set kafka.version to ${fitting.join(" or ")}`,
    };
  },
};

/** A section that the other mode would ignore is a misunderstanding worth an error. */
const sectionOfMode: Check = {
  reads: ["kafka.mode", "kafka.migration"],
  *run({ kafka: { mode, migration } }, file) {
    const foreign = mode === "kraft" ? "zookeeper" : "controllers";
    const other = mode === "kraft" ? "zookeeper" : "kraft";
    if (file[foreign] === undefined || (foreign === "controllers" && migration)) return;
    const message = `wanted this section in mode ${other} only, found it in mode ${mode}`;
    yield { path: [foreign], message, next: `take it out, or set kafka.mode to ${other}`, atKey: true };
  },
};

/** A quorum of 2n survives n − 1 failures, as one of 2n − 1 does, and needs one more acknowledgement for it. */
const oddQuorum = (section: "controllers" | "zookeeper"): Check => ({
  reads: ["kafka.mode", "brokers.count", `${section}.count`],
  *run(spec) {
    const size = spec[section]?.count ?? 1;
    if (size % 2 === 1) return;
    yield {
      path: [section, "count"],
      message: `wanted an odd number of voters, found ${size}, which survives no more failures than ${size - 1}`,
      next: `write ${size - 1} or ${size + 1}`,
    };
  },
});

const combinedFit: Check = {
  reads: ["kafka.mode", "brokers.count", "controllers.count", "controllers.placement"],
  *run({ controllers, brokers }) {
    if (controllers?.placement !== "combined" || controllers.count <= brokers.count) return;
    yield {
      path: ["controllers", "count"],
      message: `wanted at most ${brokers.count} combined controllers, one on each broker, found ${controllers.count}`,
      next: "lower it, raise brokers.count, or set controllers.placement to dedicated",
    };
  },
};

const VERSION_WITH_DYNAMIC = kafkaVersionNames.find((name) => KAFKA_VERSIONS[name].dynamicQuorum);

/** Kafka 3.9 can run a quorum whose voters stand in the log, but no cluster that has run gets there with it. */
const dynamicQuorum: Check = {
  reads: ["kafka.version", "kafka.mode", "kafka.migration", "controllers", "target", "security.transition"],
  *run({ controllers, kafka, target, security }) {
    if (controllers?.quorum !== "dynamic") return;
    const path = ["controllers", "quorum"];
    if (!KAFKA_VERSIONS[kafka.version].dynamicQuorum)
      yield {
        path,
        message: `wanted static, as Kafka ${kafka.version} has no way from static to dynamic, found dynamic`,
        next: `write static, or set kafka.version to ${VERSION_WITH_DYNAMIC}`,
      };
    if (controllers.placement !== "dedicated")
      yield {
        path,
        message:
          "wanted dedicated controllers for quorum dynamic, found combined ones, which go only when their brokers do",
        next: "write static, or for a new cluster placement: dedicated",
      };
    if (target !== "local")
      yield {
        path,
        message: `wanted static on target ${target}, found dynamic: only target local takes controllers from the voters before they go`,
        next: "write static",
      };
    if (security.transition)
      yield {
        path,
        message:
          "wanted static while listeners change, by which voters know each other, found dynamic with security.transition",
        next: "write static until security.transition is done",
      };
  },
};

export const clusterChecks: readonly Check[] = [
  modeOfVersion,
  sectionOfMode,
  oddQuorum("controllers"),
  oddQuorum("zookeeper"),
  combinedFit,
  dynamicQuorum,
];
