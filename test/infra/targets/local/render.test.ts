import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { planCluster } from "../../../../infra/plan/plan.ts";
import type { ClusterPlan } from "../../../../infra/plan/types.ts";
import { loadStack, parseStack } from "../../../../infra/spec/load.ts";
import {
  type LocalCluster,
  type LocalNodeArgs,
  nodeDirectory,
  portKey,
  renderNode,
} from "../../../../infra/targets/local/render.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const names = ["dev.yaml", "dev-dedicated.yaml", "dev-zookeeper.yaml"];
const plans = names.map((file) =>
  planCluster(loadStack(path.join(root, "stacks", file)).spec, path.basename(file, ".yaml")),
);
const secretOf = (name: string) => `hush<${name}>hush`;

/** What the provider would have decided, with ports and secrets that are known beforehand. */
function decided({ name, nodes, secrets }: ClusterPlan): LocalCluster {
  const keys = nodes.flatMap(({ id, listeners }) => listeners.map((listener) => portKey(listener.name, id)));
  return {
    clusterId: "AAAAAAAAAAAAAAAAAAAAAA",
    directory: `/clusters/${name}`,
    ports: Object.fromEntries(keys.map((key, index) => [key, 20_001 + index])),
    secrets: Object.fromEntries(secrets.map((secret) => [secret, secretOf(secret)])),
  };
}

const render = (plan: ClusterPlan): LocalNodeArgs[] =>
  plan.nodes.map((node) => renderNode(node, plan.kafkaVersion, decided(plan)));

/** A diff of the golden file is then one of lines. */
function withLines({ files, ...node }: LocalNodeArgs): object {
  return { ...node, files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.split("\n")])) };
}

// A change of these files restarts the nodes of running clusters. To accept it: node --test --test-update-snapshots
describe("what the local target makes of each shipped stack", () => {
  for (const plan of plans.filter(({ target }) => target === "local"))
    test(plan.name, (t) => {
      t.assert.fileSnapshot(render(plan).map(withLines), path.join(root, "test/golden/local", `${plan.name}.json`));
    });
});

const count = fc.integer({ min: 1, max: 7 });
const odd = fc.constantFrom(1, 3, 5);
const quickStart = fc.boolean();
const stack = fc.oneof(
  fc.record({ count, odd, quickStart }).map(({ count, odd, quickStart }) => ({
    kafka: { version: "4.3.1" },
    brokers: { count, racks: ["a", "b"] },
    controllers: { count: odd, placement: "dedicated" },
    local: { quickStart },
  })),
  fc.record({ count, quickStart }).map(({ count, quickStart }) => ({ brokers: { count }, local: { quickStart } })),
  fc.record({ count, odd, quickStart }).map(({ count, odd, quickStart }) => ({
    kafka: { version: "3.9.2", mode: "zookeeper" },
    brokers: { count },
    zookeeper: { count: odd },
    local: { quickStart },
  })),
);

const every = (check: (nodes: readonly LocalNodeArgs[], plan: ClusterPlan) => void) =>
  fc.assert(
    fc.property(stack, (written) => {
      const plan = planCluster(parseStack(stringify(written), "s.yaml").spec, "s");
      check(render(plan), plan);
    }),
    { numRuns: 60 },
  );

describe("every node of a local cluster", () => {
  test("has no token left anywhere", () => every((nodes) => assert.doesNotMatch(JSON.stringify(nodes), /\{\{/)));

  test("has secrets in files other than its configuration, and nowhere else: never on a command line that all can read", () =>
    every((nodes, { secrets }) => {
      for (const { files, ...others } of nodes) {
        assert.doesNotMatch(JSON.stringify(others), /hush/);
        assert.doesNotMatch(files[others.configFile] ?? "", /hush/);
      }
      for (const secret of secrets) assert.ok(JSON.stringify(nodes).includes(secretOf(secret)), `${secret} is used`);
    }));

  test("listens on this machine only, each listener on a port of its own", () =>
    every((nodes) => {
      const endpoints = nodes.flatMap((node) => Object.values(node.endpoints));
      assert.equal(new Set(endpoints).size, endpoints.length);
      for (const endpoint of endpoints) assert.match(endpoint, /^127\.0\.0\.1:2\d{4}$/);
      const texts = JSON.stringify(nodes.map(({ files }) => files));
      for (const [address] of texts.matchAll(/\d+(\.\d+){3}/g)) assert.equal(address, "127.0.0.1");
      assert.doesNotMatch(texts, /:\/\/(?!127\.0\.0\.1:)/);
    }));

  test("keeps everything in a folder of its own", () =>
    every((nodes, plan) => {
      for (const { directory, nodeId, ...others } of nodes) {
        assert.equal(directory, nodeDirectory(decided(plan), nodeId));
        for (const [folder] of JSON.stringify(others).matchAll(/\/clusters\/s\/node-\d+/g))
          assert.equal(folder, directory);
      }
    }));

  test("is what its plan says", () =>
    every((nodes, plan) => {
      assert.deepEqual(
        nodes.map(({ nodeId, roles, mainClass, configFile }) => [nodeId, roles, mainClass, configFile]),
        plan.nodes.map(({ id, roles, mainClass, config }) => [id, roles, mainClass, config.name]),
      );
    }));
});

test("a port or a secret that was not decided is an error that names it", () => {
  const plan = planCluster(loadStack(path.join(root, "stacks/dev-zookeeper.yaml")).spec, "z");
  const [broker] = plan.nodes;
  const cluster = decided(plan);
  assert.throws(
    () => renderNode(broker!, plan.kafkaVersion, { ...cluster, secrets: {} }),
    /no secret named zookeeper-client was made/,
  );
  assert.throws(
    () => renderNode(broker!, plan.kafkaVersion, { ...cluster, ports: {} }),
    /no port was picked for [A-Z_]+ of node \d+/,
  );
});

test("files for Kerberos: the broker's JVM and its login find them where they are written", () => {
  const kerberos = { realm: "R", krb5Conf: "k", keytab: "k" };
  const written = { brokers: { count: 1 }, controllers: { count: 1 }, security: { profile: "scram", kerberos } };
  const plan = planCluster(parseStack(stringify(written), "s.yaml").spec, "s");
  const names = plan.security.certificates!.wanted.map(({ name }) => name);
  const cluster = {
    ...decided(plan),
    certificates: {
      authority: "",
      pems: Object.fromEntries(names.map((name) => [name, { certificate: "", key: "" }])),
    },
    given: { "krb5.conf": "[libdefaults]\n", "kafka.keytab": "BQI=" },
  };
  const { files, jvmOptions, configFile, directory } = renderNode(plan.nodes[0]!, plan.kafkaVersion, cluster);
  assert.equal(files["krb5.conf"], "[libdefaults]\n");
  assert.equal(files["kafka.keytab.base64"], "BQI=");
  assert.ok(jvmOptions.includes(`-Djava.security.krb5.conf=${directory}/config/krb5.conf`));
  assert.ok(files[configFile]?.includes(`keyTab="${directory}/config/kafka.keytab"`));
  const { given: _, ...without } = cluster;
  assert.throws(() => renderNode(plan.nodes[0]!, plan.kafkaVersion, without), /no file named krb5\.conf was given/);
});
