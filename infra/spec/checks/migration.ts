import type { Check } from "./check.ts";

const path = ["kafka", "migration"];

/** Kafka has no other way from ZooKeeper to KRaft: Kafka 3.9 documentation, "ZooKeeper to KRaft Migration". */
const fromZooKeeper: Check = {
  reads: ["kafka.mode", "kafka.migration", "target", "security.transition"],
  *run({ kafka, target, security }) {
    if (!kafka.migration) return;
    if (kafka.mode === "kraft")
      yield {
        path,
        message: "wanted it in mode zookeeper only, found it in mode kraft, where a cluster has arrived",
        next: "take it out, or set kafka.mode to zookeeper",
        atKey: true,
      };
    else if (target === "kubernetes")
      yield {
        path,
        message: `wanted it on target local or docker, found ${target}, where this way was never proven`,
        next: "take it out; make a KRaft cluster beside this one and mirror the topics",
        atKey: true,
      };
    else if (security.transition)
      yield {
        path,
        message: "wanted one change of all nodes at a time, found security.transition beside it",
        next: "take it out until security.transition is done",
        atKey: true,
      };
  },
};

/** Controllers are formatted for the migration, and brokers are not: nodes that are both could be neither. */
const dedicatedControllers: Check = {
  reads: ["kafka.mode", "kafka.migration", "controllers"],
  *run({ kafka, controllers }) {
    if (!kafka.migration || kafka.mode === "kraft" || controllers?.placement !== "combined") return;
    yield {
      path: ["controllers", "placement"],
      message: "wanted dedicated controllers for kafka.migration, found combined ones",
      next: "write controllers: { placement: dedicated, count: 3 }",
    };
  },
};

const PROTOCOL = "inter.broker.protocol.version";

/** The migration begins when every broker speaks the newest protocol there is of mode zookeeper. */
const newestProtocol: Check = {
  reads: ["kafka", "brokers.config"],
  *run({ kafka, brokers }) {
    if (!kafka.migration) return;
    for (const [section, config] of [
      ["kafka", kafka.config],
      ["brokers", brokers.config],
    ] as const) {
      const found = config[PROTOCOL];
      if (found === undefined || found.startsWith("3.9")) continue;
      yield {
        path: [section, "config", PROTOCOL],
        message: `wanted 3.9 for kafka.migration, found ${found}`,
        next: "take it out, run up, then write kafka.migration again",
      };
    }
  },
};

export const migrationChecks: readonly Check[] = [fromZooKeeper, dedicatedControllers, newestProtocol];
