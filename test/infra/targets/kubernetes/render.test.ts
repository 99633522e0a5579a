import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { projectRoot } from "../../../../infra/paths.ts";
import { bindText } from "../../../../infra/plan/bind.ts";
import { renderProperties } from "../../../../infra/plan/java-properties.ts";
import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/parse.ts";
import { claimName, type KubernetesPlanned, podName, poolsOf } from "../../../../infra/targets/kubernetes/pools.ts";
import { bindingsOf, hostOf, placeholders, renderConfig } from "../../../../infra/targets/kubernetes/render/config.ts";
import { renderManifests } from "../../../../infra/targets/kubernetes/render/manifests.ts";
import { shippedStacks } from "../../../manifests/shipped.ts";

const planOf = (text: string, name = "s"): KubernetesPlanned =>
  planCluster(parseStack(`target: kubernetes\n${text}`, "s.yaml").spec, name) as KubernetesPlanned;

/** Whatever a plan asks for. */
const made = <T>(value: (name: string) => T): Record<string, T> =>
  new Proxy({}, { get: (_, name) => value(String(name)) });
const sealed = {
  secrets: made((name) => `hush-${name}`),
  certificates: { authority: "trusted\n", pems: made((name) => ({ key: `hush-${name}\n`, certificate: `${name}\n` })) },
};
const decided = { clusterId: "AAAAAAAAAAAAAAAAAAAAAA", image: "kafka:1", ports: {}, ...sealed };

// A change of these files is a change of running clusters. To accept it: node --test --test-update-snapshots
describe("the manifests of each shipped stack", () => {
  for (const { name, manifests } of shippedStacks())
    test(name, (t) => {
      t.assert.fileSnapshot(manifests, path.join(projectRoot, "test/golden/kubernetes", `${name}.json`));
    });
});

const stacks = fc
  .record({
    brokers: fc.integer({ min: 1, max: 12 }),
    racks: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 }),
    shape: fc.constantFrom("combined", "dedicated", "zookeeper"),
    voters: fc.constantFrom(1, 3),
  })
  .map(({ brokers, racks, shape, voters }) =>
    planOf(
      [
        "environment: dev",
        `brokers: { count: ${brokers}, racks: [${racks.join(", ")}] }`,
        shape === "zookeeper"
          ? `kafka: { version: 3.9.2, mode: zookeeper }\nzookeeper: { count: ${voters} }`
          : `controllers: { count: ${Math.min(voters, shape === "combined" && brokers < 3 ? 1 : 3)}, placement: ${shape} }`,
        "topics: []",
      ].join("\n"),
    ),
  );

test("filling in what a pod knows of itself gives the plan's text of its node again", () => {
  fc.assert(
    fc.property(stacks, (plan) => {
      for (const pool of poolsOf(plan)) {
        const { open, secret } = renderConfig(plan, pool, sealed);
        for (const node of pool.nodes) {
          const external = `outside-${node.id}:3`;
          const own = bindingsOf(plan, sealed);
          const bindings = {
            ...own,
            address: (listener: Parameters<typeof own.address>[0], id: number) =>
              listener === plan.security.listeners.outside
                ? { host: `outside-${id}`, port: 3 }
                : own.address(listener, id),
          };
          const fill = (text: string) =>
            Object.entries(placeholders(plan, node.id, external)).reduce(
              (done, [mark, value]) => done.replaceAll(mark, value),
              text,
            );
          const wanted = { ...node.files, [node.config.name]: renderProperties(node.config.properties) };
          for (const [file, text] of Object.entries(wanted))
            assert.equal(
              fill(open[file] ?? secret[file] ?? ""),
              bindText(text, bindings),
              `${file} of node ${node.id}`,
            );
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("a pod's ordinal gives its node's id, and every node has one pod", () => {
  fc.assert(
    fc.property(stacks, (plan) => {
      const pools = poolsOf(plan);
      const ids = pools.flatMap(({ idBase, idStride, firstOrdinal, nodes }) =>
        nodes.map((_, index) => idBase + idStride * (firstOrdinal + index)),
      );
      assert.deepEqual(
        ids.toSorted((a, b) => a - b),
        plan.nodes.map(({ id }) => id),
      );
      assert.equal(new Set(plan.nodes.map(({ id }) => podName(plan, id))).size, plan.nodes.length);
    }),
  );
});

test("one more broker changes no object of the others but how many there are", () => {
  const shape = (count: number) =>
    planOf(`brokers: { count: ${count}, racks: [a, b] }\ncontrollers: { count: 3, placement: dedicated }\ntopics: []`);
  const [before, after] = [shape(4), shape(5)].map((plan) =>
    renderManifests(plan, decided).map(({ object }) => object),
  );
  const changed = after!.filter((object) => !before!.some((old) => JSON.stringify(old) === JSON.stringify(object)));
  assert.deepEqual(
    changed.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    // Its way in from outside, who tells of it, and the pool that it joins.
    ["Service s-external-5", "ConfigMap s-external", "StatefulSet s-broker-0"],
  );
  const [was, is] = [before, after].map((objects) => objects!.find(({ metadata }) => metadata.name === "s-broker-0"));
  const without = (object: unknown) => JSON.stringify(object, (key, value) => (key === "replicas" ? 0 : value));
  assert.equal(without(is), without(was));
});

test("secrets are in Secrets only", () => {
  const plan = planOf("kafka: { version: 3.9.2, mode: zookeeper }\ntopics: []");
  for (const { object, secret } of renderManifests(plan, decided))
    assert.equal(JSON.stringify(object).includes("hush"), secret, object.metadata.name);
});

test("the longest name of a stack still has pods whose labels and names Kubernetes takes", () => {
  const name = "a".repeat(40);
  const plan = planOf(
    "brokers: { count: 1000, racks: [a, b, c] }\ncontrollers: { count: 9, placement: dedicated }\ntopics: []",
    name,
  );
  for (const { id } of plan.nodes) assert.ok(podName(plan, id).length <= 63, podName(plan, id));
  for (const { statefulSet } of poolsOf(plan)) assert.ok(statefulSet.length <= 52, statefulSet);
  assert.ok(hostOf(plan, 1).length <= 253);
  assert.ok(claimName(plan, 1000, "data").length <= 63);
});
