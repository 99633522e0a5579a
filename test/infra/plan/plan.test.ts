import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { bindText } from "../../../infra/plan/bind.ts";
import { renderProperties } from "../../../infra/plan/java-properties.ts";
import { poolOffset } from "../../../infra/plan/nodes.ts";
import { planCluster } from "../../../infra/plan/plan.ts";
import type { ClusterPlan, NodePlan } from "../../../infra/plan/types.ts";
import { configKeys } from "../../../infra/spec/kafka-configs.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const planOf = (stack: object): ClusterPlan => planCluster(parseStack(stringify(stack), "s.yaml").spec, "s");

const odd = fc.constantFrom(1, 3, 5);
const kraft = fc
  .record({
    count: fc.integer({ min: 1, max: 12 }),
    voters: odd,
    dedicated: fc.boolean(),
    version: fc.constantFrom("4.3.1", "3.9.2"),
  })
  .map(({ count, voters, dedicated, version }) => ({
    kafka: { version },
    brokers: { count, racks: ["a", "b", "c"] },
    controllers: dedicated ? { count: voters, placement: "dedicated" } : { count: voters <= count ? voters : 1 },
    topics: [{ name: "t" }],
  }));
const zookeeper = fc.record({ count: fc.integer({ min: 1, max: 12 }), servers: odd }).map(({ count, servers }) => ({
  kafka: { version: "3.9.2", mode: "zookeeper" },
  brokers: { count },
  zookeeper: { count: servers },
  topics: [{ name: "t" }],
}));
const stack = fc.oneof(kraft, zookeeper);

/** Everything that a target binds. */
function textsOf(node: NodePlan): string[] {
  return [
    renderProperties(node.config.properties),
    ...Object.values(node.files),
    ...Object.values(node.jvm.systemProperties),
  ];
}

/** Bindings that know only what the plan itself announces, and refuse the rest. */
function strictBindings(plan: ClusterPlan, node: NodePlan) {
  const locate = (listener: string, nodeId: number) => {
    const found = plan.nodes.find(({ id }) => id === nodeId)?.listeners.find(({ name }) => name === listener);
    assert.ok(found, `${listener}@${nodeId} is a listener of the plan`);
    return { host: `node-${nodeId}`, port: found.port };
  };
  return {
    address: locate,
    bind: locate,
    dir: (name: string) => {
      assert.ok(name === "config" || node.volumes.some((volume) => volume.name === name), `volume ${name} is planned`);
      return `/${name}`;
    },
    secret: (name: string) => {
      assert.ok(plan.secrets.includes(name), `secret ${name} is announced`);
      return "x";
    },
    pem: (name: string) => {
      const names = plan.security.certificates?.wanted.map((one) => one.name) ?? [];
      assert.ok(["authority", ...names].includes(name), `certificate ${name} is announced`);
      return "x";
    },
    given: (name: string) => {
      assert.ok(Object.hasOwn(plan.security.kerberos?.given ?? {}, name), `${name} is given`);
      return "x";
    },
  };
}

const every = (check: (plan: ClusterPlan) => void) =>
  fc.assert(
    fc.property(stack, (written) => check(planOf(written))),
    { numRuns: 60 },
  );

describe("every plan", () => {
  test("has unique node ids, ascending", () =>
    every(({ nodes }) => {
      const ids = nodes.map(({ id }) => id);
      assert.deepEqual(
        ids,
        [...new Set(ids)].toSorted((a, b) => a - b),
      );
    }));

  test("has only tokens that its own listeners, volumes and secrets resolve", () =>
    every((plan) => {
      for (const node of plan.nodes) for (const text of textsOf(node)) bindText(text, strictBindings(plan, node));
    }));

  test("uses every secret that it asks for", () =>
    every((plan) => {
      const texts = plan.nodes.flatMap(textsOf).join("");
      for (const name of plan.secrets) assert.ok(texts.includes(`{{secret:${name}}}`));
    }));

  test("gives a node distinct ports", () =>
    every(({ nodes }) => {
      for (const { listeners } of nodes)
        assert.equal(new Set(listeners.map(({ port }) => port)).size, listeners.length);
    }));

  test("restarts each node once: ZooKeeper, controllers, then brokers", () =>
    every(({ nodes, restartOrder }) => {
      const rank = new Map(
        nodes.map(({ id, roles }) => [id, roles.includes("broker") ? 2 : roles.includes("zookeeper") ? 0 : 1]),
      );
      assert.deepEqual(
        restartOrder.toSorted((a, b) => a - b),
        nodes.map(({ id }) => id),
      );
      const ranks = restartOrder.map((id) => rank.get(id) ?? -1);
      assert.deepEqual(
        ranks,
        ranks.toSorted((a, b) => a - b),
      );
    }));

  test("sets only keys that its Kafka knows, sorted", () =>
    every(({ nodes, kafkaVersion }) => {
      assert.ok(kafkaVersion === "4.3.1" || kafkaVersion === "3.9.2");
      const known = configKeys(kafkaVersion).broker;
      for (const { config } of nodes) {
        const keys = Object.keys(config.properties);
        assert.deepEqual(keys, keys.toSorted());
        if (config.name === "server.properties")
          assert.deepEqual(
            keys.filter((key) => !Object.hasOwn(known, key)),
            [],
          );
      }
    }));

  test("asks no internal topic for more copies than there are brokers", () =>
    every(({ nodes }) => {
      const brokers = nodes.filter(({ roles }) => roles.includes("broker"));
      for (const { config } of brokers)
        for (const [key, value] of Object.entries(config.properties))
          if (key.endsWith("replication.factor")) assert.ok(Number(value) <= brokers.length, key);
    }));
});

describe("growing a cluster", () => {
  test("appends brokers and touches no other node", () =>
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 1, max: 5 }), (count, more) => {
        const at = (brokers: number) =>
          planOf({ brokers: { count: brokers, racks: ["a", "b"] }, controllers: { count: 3, placement: "dedicated" } });
        const [before, after] = [at(count), at(count + more)];
        for (const node of before.nodes)
          assert.deepEqual(
            after.nodes.find(({ id }) => id === node.id),
            node,
          );
        assert.equal(after.nodes.length, before.nodes.length + more);
      }),
      { numRuns: 30 },
    ));

  test("a position in a pool is the same for brokers, controllers and ZooKeeper nodes", () =>
    assert.deepEqual([1, 3, 1000, 1001, 1003, 2001].map(poolOffset), [0, 2, 999, 0, 2, 0]));
});

describe("what the stack file decides", () => {
  test("brokers.config wins over kafka.config, which wins over the plan", () => {
    const plan = planOf({
      kafka: { config: { "num.partitions": 7, "log.retention.ms": "1d" } },
      brokers: { config: { "num.partitions": 9 } },
      controllers: { placement: "dedicated" },
    });
    const [broker, controller] = [plan.nodes[0]?.config.properties, plan.nodes[3]?.config.properties];
    assert.deepEqual([broker?.["num.partitions"], broker?.["log.retention.ms"]], ["9", "86400000"]);
    assert.equal(controller?.["num.partitions"], "7");
  });

  test("racks are given in turn", () => {
    const { nodes } = planOf({ brokers: { count: 4, racks: ["a", "b", "c"] } });
    assert.deepEqual(
      nodes.map(({ rack, config }) => [rack, config.properties["broker.rack"]]),
      [
        ["a", "a"],
        ["b", "b"],
        ["c", "c"],
        ["a", "a"],
      ],
    );
  });

  test("disks, heaps, ports and topics reach the plan", () => {
    const plan = planOf({
      brokers: { disk: "10GiB", heap: "1GB" },
      local: { ports: { external: 20000 }, quickStart: false },
      topics: [{ name: "b" }, { name: "a", config: { "retention.ms": "1h" } }],
    });
    assert.deepEqual(plan.nodes[0]?.volumes, [{ name: "data", sizeBytes: 10 * 1024 ** 3 }]);
    assert.equal(plan.nodes[0]?.jvm.heapMiB, 953);
    assert.ok(plan.nodes[0]?.jvm.options?.includes("-XX:+UseG1GC"));
    assert.deepEqual(plan.fixedPorts, { EXTERNAL: 20000 });
    assert.deepEqual(plan.topics, [
      {
        name: "a",
        partitions: 6,
        replicationFactor: 3,
        config: { "min.insync.replicas": "2", "retention.ms": "3600000" },
      },
      { name: "b", partitions: 6, replicationFactor: 3, config: { "min.insync.replicas": "2" } },
    ]);
  });
});

test("Kafka's own topics are as durable as others, and commits survive what they survive", () => {
  for (const [preset, copies, minIsr] of [
    ["dev", "3", "2"],
    ["durable", "5", "3"],
  ]) {
    const broker = planOf({ preset }).nodes[0]?.config.properties;
    assert.equal(broker?.["offsets.topic.replication.factor"], copies);
    assert.equal(broker?.["transaction.state.log.min.isr"], minIsr);
    assert.ok(Number(copies) > Number(broker?.["min.insync.replicas"]));
  }
});
