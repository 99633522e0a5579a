import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { UserError } from "../../../infra/errors.ts";
import { loadStack, parseStack } from "../../../infra/spec/load.ts";
import { referenceYaml, schemaJson } from "../../../infra/spec/reference.ts";

const stacks = path.resolve(import.meta.dirname, "../../../stacks");
const shipped = readdirSync(stacks).filter((name) => name.endsWith(".yaml"));

describe("shipped stacks", () => {
  for (const name of shipped) {
    test(`${name} loads without a warning`, () => assert.deepEqual(loadStack(path.join(stacks, name)).warnings, []));
    test(`${name} names its schema`, () =>
      assert.match(
        readFileSync(path.join(stacks, name), "utf8"),
        /^# yaml-language-server: \$schema=\.\/schema\.json\n/,
      ));
  }
  test("schema.json is current (npm run generate)", () =>
    assert.equal(readFileSync(path.join(stacks, "schema.json"), "utf8"), schemaJson()));
  test("reference.yaml is current (npm run generate)", () =>
    assert.equal(readFileSync(path.join(stacks, "reference.yaml"), "utf8"), referenceYaml()));
  test("reference.yaml still loads with its commented sections of mode kraft taken in", () => {
    const text = referenceYaml()
      .replace(/^(topics|users): \[\]$/gm, "$1:")
      .replace(/^ {2}# profile: /m, "  profile: ")
      .replace(/^# (?=controllers|- name| )/gm, "");
    const { spec } = parseStack(text, "reference.yaml");
    assert.deepEqual([spec.topics[0]?.name, spec.controllers?.placement], ["orders", "combined"]);
  });
  test("a file that is not there is answered with those that are", () =>
    assert.throws(
      () => loadStack("stacks/nope.yaml"),
      (error) =>
        error instanceof UserError &&
        error.exitCode === 2 &&
        error.message === "wanted a stack file, found no stacks/nope.yaml" &&
        error.next.startsWith("choose one of ") &&
        error.next.includes("dev, dev-dedicated, dev-zookeeper"),
    ));
});

describe("what a stack comes to", () => {
  const specOf = (text: string) => parseStack(text, "s.yaml").spec;

  test("what the file writes wins over the preset, the rest is the preset's", () => {
    const { brokers, topics } = specOf("preset: durable\nbrokers: { heap: 2GiB }\ntopics: [{ name: t }]\n");
    assert.deepEqual([brokers.count, brokers.heapBytes], [6, 2 * 1024 ** 3]);
    assert.deepEqual(topics[0], { name: "t", partitions: 12, replicationFactor: 5, minInsyncReplicas: 3, config: {} });
  });

  test("keys merged with <<, own keys first, and keys x-… that only hold anchors", () => {
    const { topics } = specOf(`
x-weekly: &weekly { retention.ms: 7d }
topics:
  - &base { name: a, partitions: 3, config: *weekly }
  - { <<: *base, name: b }
  - { name: d, config: { <<: *weekly, cleanup.policy: delete } }
`);
    assert.deepEqual(
      topics.map(({ name, partitions, config }) => [name, partitions, config]),
      [
        ["a", 3, { "retention.ms": "604800000" }],
        ["b", 3, { "retention.ms": "604800000" }],
        ["d", 6, { "cleanup.policy": "delete", "retention.ms": "604800000" }],
      ],
    );
  });

  test("a workload decides what the file leaves out, and racks what may fail", () => {
    const text =
      "preset: standard\nworkload: { produce: 10MB/s, peak: 20MB/s, retention: 12h, parallelism: 9, mayFail: rack, machine: m7g.large }\nbrokers: { racks: [a, b, c] }\ntopics: [{ name: t }, { name: u, partitions: 2 }]\n";
    const { brokers, controllers, topics, sizedBy, sizing } = specOf(text);
    assert.equal(sizedBy, "workload");
    assert.equal(sizing.fits, true);
    assert.equal(brokers.count, sizing.brokers);
    assert.ok((brokers.diskBytes ?? 0) >= sizing.afterFailure.perBroker.storageBytes / 0.8);
    assert.equal(controllers?.count, 3);
    assert.deepEqual(
      topics.map(({ partitions }) => partitions),
      [sizing.topics[0]?.partitions, 2],
    );
  });

  test("defaults shrink to what the brokers can hold", () => {
    for (const [count, replicationFactor, minInsyncReplicas, controllers] of [
      [1, 1, 1, 1],
      [2, 2, 1, 1],
      [3, 3, 2, 3],
      [4, 3, 2, 3],
    ]) {
      const spec = specOf(`brokers: { count: ${count} }\n`);
      assert.deepEqual(spec.topicDefaults, { partitions: 6, replicationFactor, minInsyncReplicas });
      assert.equal(spec.controllers?.count, controllers);
    }
  });

  test("configuration becomes Kafka's own strings", () => {
    const config =
      "{ retention.ms: 7d, retention.bytes: -1, segment.bytes: 1GiB, cleanup.policy: 'compact, delete', preallocate: true, min.cleanable.dirty.ratio: 0.1 }";
    assert.deepEqual(specOf(`topics: [{ name: t, config: ${config} }]\n`).topics[0]?.config, {
      "cleanup.policy": "compact,delete",
      "min.cleanable.dirty.ratio": "0.1",
      preallocate: "true",
      "retention.bytes": "-1",
      "retention.ms": "604800000",
      "segment.bytes": "1073741824",
    });
  });

  test("keys are judged by the stack's version of Kafka", () => {
    const text = "kafka: { version: 3.9.2, config: { log.message.format.version: '3.0' } }\n";
    assert.deepEqual(specOf(text).kafka.config, { "log.message.format.version": "3.0" });
  });

  test("min ISR may equal the replication factor where the file says so", () => {
    const text = "allowUnavailableOnOneFailure: true\ntopics: [{ name: t, minInsyncReplicas: 3 }]\n";
    assert.equal(specOf(text).topics[0]?.minInsyncReplicas, 3);
  });
});
