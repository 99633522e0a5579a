import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import { UNWISE } from "../../../infra/spec/checks/unwise-table.ts";
import { configKeys } from "../../../infra/spec/kafka-configs.ts";
import { parseStack } from "../../../infra/spec/load.ts";
import { kafkaVersionNames } from "../../../infra/spec/versions.ts";

/** A harmful value of each key, and others that it is compared with. */
const HARMFUL: Readonly<Record<string, string | number | boolean>> = {
  "unclean.leader.election.enable": true,
  "log.retention.ms": 1,
  "log.retention.bytes": 0,
  "retention.ms": 0,
  "retention.bytes": 1,
  "log.retention.hours": 0,
  "log.retention.minutes": 0,
  "offsets.retention.minutes": 1,
  "offsets.topic.replication.factor": 1,
  "transaction.state.log.replication.factor": 1,
  "share.coordinator.state.topic.replication.factor": 1,
  "default.replication.factor": 1,
  "min.insync.replicas": 4,
  "transaction.state.log.min.isr": 4,
  "share.coordinator.state.topic.min.isr": 4,
  "auto.create.topics.enable": true,
  "delete.topic.enable": false,
  "broker.session.timeout.ms": "2s",
  "broker.heartbeat.interval.ms": "10s",
  "zookeeper.session.timeout.ms": "1s",
  "group.min.session.timeout.ms": "60s",
  "group.max.session.timeout.ms": "10s",
  "group.consumer.session.timeout.ms": "5s",
  "replica.lag.time.max.ms": "1s",
  "log.flush.interval.messages": 1,
  "flush.messages": 1,
  "log.flush.interval.ms": 1,
  "log.flush.scheduler.interval.ms": 1,
  "flush.ms": 1,
  "log.segment.bytes": "512KiB",
  "segment.bytes": "512KiB",
  "log.roll.ms": "1s",
  "segment.ms": "1s",
  "replica.fetch.max.bytes": "1KiB",
  "message.max.bytes": 100,
  "max.message.bytes": 100,
  "auto.leader.rebalance.enable": false,
};

/** The version and kind of the first list of keys that has it and permits the value. */
function stackWith(key: string, value: string | number | boolean, environment: string): string | undefined {
  for (const version of kafkaVersionNames)
    for (const kind of ["broker", "topic"] as const) {
      if (!configKeys(version)[kind][key]) continue;
      const config = { [key]: value };
      const topic = { name: "t", ...(kind === "topic" ? { config } : {}) };
      const kafka = {
        version,
        ...(key.startsWith("zookeeper.") ? { mode: "zookeeper" } : {}),
        ...(kind === "broker" ? { config } : {}),
      };
      const text = stringify({ environment, brokers: { count: 3 }, kafka, topics: [topic] });
      try {
        parseStack(text, "s.yaml");
        return text;
      } catch {
        // Another version may permit it.
      }
    }
  return undefined;
}

const warningsOf = (text: string) => parseStack(text, "s.yaml").warnings.map(({ key }) => key);

describe("settings that are unwise in production", () => {
  for (const rule of UNWISE)
    for (const key of rule.keys)
      test(`${key}: ${rule.wanted}`, (t) => {
        const value = HARMFUL[key];
        assert.ok(value !== undefined, "a harmful value to try");
        const text = stackWith(key, value, "production");
        // Newer versions of Kafka refuse some themselves.
        if (text === undefined) return t.skip("no version permits it");
        assert.ok(
          warningsOf(text).some((place) => place.endsWith(key)),
          text,
        );
        const dev = stackWith(key, value, "dev") ?? "";
        const isTold = warningsOf(dev).some((place) => place.endsWith(key));
        assert.equal(
          isTold,
          UNWISE.some((other) => other.keys.includes(key) && other.inDev === true),
        );
      });

  test("wise values are not warned of", () => {
    const config = {
      "log.retention.ms": "7d",
      "min.insync.replicas": 2,
      "offsets.topic.replication.factor": 3,
      "broker.session.timeout.ms": "30s",
      "broker.heartbeat.interval.ms": "5s",
      "group.max.session.timeout.ms": "10m",
      "log.segment.bytes": "1GiB",
    };
    assert.deepEqual(
      warningsOf(
        stringify({
          kafka: { config },
          topics: [{ name: "t", config: { "retention.ms": -1, "retention.bytes": "1GiB" } }],
        }),
      ),
      [],
    );
  });
});
