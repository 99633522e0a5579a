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

export const clusterChecks: readonly Check[] = [
  modeOfVersion,
  sectionOfMode,
  oddQuorum("controllers"),
  oddQuorum("zookeeper"),
  combinedFit,
];
