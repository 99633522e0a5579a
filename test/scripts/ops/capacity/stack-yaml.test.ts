import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CATALOG } from "../../../../capacity/catalog.ts";
import type { MachineClass } from "../../../../capacity/machine.ts";
import { PRESETS } from "../../../../capacity/presets.ts";
import { sizeCluster } from "../../../../capacity/size.ts";
import { GiB, MiB } from "../../../../capacity/units.ts";
import { defineWorkload, type Workload } from "../../../../capacity/workload.ts";
import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/parse.ts";
import { stackYaml } from "../../../../scripts/ops/capacity/stack-yaml.ts";

const usual = CATALOG["m7g.xlarge"] as MachineClass;

function stackOf(workload: Workload, machine = usual) {
  const sizing = sizeCluster(workload, machine);
  const options = { target: "docker", command: "kafka-stacks capacity", schema: undefined, controllerHeapBytes: GiB };
  const { spec, warnings } = parseStack(stackYaml(sizing, options), "made.yaml");
  return { sizing, spec, warnings, plan: planCluster(spec, "made") };
}

const define = (given: Partial<Workload>) => defineWorkload({ produceBytesPerSec: 1e6, ...given });

describe("the stack file loads, and its sizes are those of the sizing", () => {
  for (const [name, { workload, machine }] of Object.entries(PRESETS))
    test(name, () => {
      const { sizing, spec, warnings, plan } = stackOf(workload, CATALOG[machine] as MachineClass);
      assert.deepEqual(warnings, []);
      assert.equal(spec.target, "docker");
      assert.equal(spec.brokers.count, sizing.brokers);
      assert.equal(spec.brokers.heapBytes, Math.ceil(sizing.perBroker.heapBytes / MiB) * MiB);
      assert.equal(spec.brokers.diskBytes, sizing.machine.disk.sizeBytes);
      assert.equal(spec.brokers.racks.length, workload.racks > 1 ? workload.racks : 0);
      assert.equal(spec.controllers?.count, sizing.controllers);
      assert.deepEqual(
        spec.topics.map(({ name, partitions, replicationFactor, minInsyncReplicas }) => ({
          name,
          partitions,
          replicationFactor,
          minInsyncReplicas,
        })),
        sizing.topics.map(({ name, partitions }) => ({
          name,
          partitions,
          replicationFactor: sizing.replicationFactor,
          minInsyncReplicas: sizing.minInsyncReplicas,
        })),
      );
      const brokers = plan.nodes.filter(({ roles }) => roles.includes("broker"));
      assert.equal(brokers.length, sizing.brokers);
    });
});

describe("retention becomes the topics' own settings", () => {
  const topics = [
    { name: "big", share: 0.75, minPartitions: 1 },
    { name: "small", share: 0.25, minPartitions: 1 },
    { name: "idle", share: 0, minPartitions: 1 },
  ];
  const configOf = (retention: Workload["retention"]) =>
    stackOf(define({ retention, topics })).spec.topics.map((topic) => topic.config);

  test("by time", () =>
    assert.deepEqual(configOf({ by: "time", ms: 3_600_000 })[0], {
      "cleanup.policy": "delete",
      "retention.ms": "3600000",
    }));

  test("by size: divided over partitions, never 0, and no longer by time as well", () => {
    const { sizing, spec } = stackOf(define({ retention: { by: "size", bytes: 12 * GiB }, topics }));
    for (const [i, share] of [9 * GiB, 3 * GiB, MiB].entries()) {
      const each = Math.ceil(share / (sizing.topics[i]?.partitions ?? 0) / MiB) * MiB;
      assert.deepEqual(spec.topics[i]?.config, {
        "cleanup.policy": "delete",
        "retention.bytes": String(each),
        "retention.ms": "-1",
      });
    }
  });

  test("compacted", () =>
    assert.deepEqual(configOf({ by: "compaction", liveBytes: GiB })[0], { "cleanup.policy": "compact" }));
});

test("where two brokers may fail, Kafka's own topics survive it too", () => {
  const { plan } = stackOf(define({ mayFail: "two-brokers" }));
  const properties = plan.nodes[0]?.config.properties ?? {};
  assert.deepEqual(
    [
      "offsets.topic.replication.factor",
      "transaction.state.log.replication.factor",
      "transaction.state.log.min.isr",
      "default.replication.factor",
      "min.insync.replicas",
    ].map((key) => properties[key]),
    ["5", "5", "3", "5", "3"],
  );
});

describe("controllers", () => {
  test("beside few brokers they are the brokers' own", () =>
    assert.deepEqual(stackOf(define({})).spec.controllers?.placement, "combined"));

  test("beside many they are nodes of their own", () =>
    assert.deepEqual(stackOf(define({ brokers: 6 })).spec.controllers?.placement, "dedicated"));

  test("one where nothing may fail", () => {
    const { spec, warnings } = stackOf(define({ mayFail: "nothing", retention: { by: "time", ms: 60_000 } }));
    assert.deepEqual([spec.brokers.count, spec.controllers?.count], [1, 1]);
    assert.ok(warnings.length > 0, "that is unwise");
  });
});

test("replicas that must all acknowledge were asked for, and are allowed", () => {
  const { spec } = stackOf(define({ mayFail: "nothing", replicationFactor: 2, minInsyncReplicas: 2 }));
  assert.equal(spec.allowUnavailableOnOneFailure, true);
});

test("names that YAML would read as something else stay names", () => {
  const names = ["true", "1", "1.5", "null", "-a", ".b", "0x1f", "plain_name.v-2"];
  const topics = names.map((name) => ({ name, share: 1 / names.length, minPartitions: 1 }));
  assert.deepEqual(
    stackOf(define({ topics })).spec.topics.map(({ name }) => name),
    names,
  );
});
