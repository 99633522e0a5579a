import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { planCluster } from "../../../../infra/plan/plan.ts";
import type { ClusterPlan, DockerPlan } from "../../../../infra/plan/types.ts";
import { loadStack, parseStack } from "../../../../infra/spec/load.ts";
import { containerFiles } from "../../../../infra/targets/container/scripts.ts";
import { clusterOutputs } from "../../../../infra/targets/docker/outputs.ts";
import {
  type DockerCluster,
  filesHash,
  portKey,
  renderContainer,
  renderFiles,
} from "../../../../infra/targets/docker/render.ts";

type Plan = ClusterPlan & { readonly docker: DockerPlan };

const root = path.resolve(import.meta.dirname, "../../../..");
const names = ["docker.yaml", "docker-dedicated.yaml", "docker-zookeeper.yaml"];
const plans = names.map(
  (file) => planCluster(loadStack(path.join(root, "stacks", file)).spec, path.basename(file, ".yaml")) as Plan,
);
const secretOf = (name: string) => `hush<${name}>hush`;

/** What the provider would have decided, with ports and secrets that are known beforehand. */
function decided({ nodes, secrets }: ClusterPlan): DockerCluster {
  const brokers = nodes.filter(({ roles }) => roles.includes("broker"));
  return {
    clusterId: "AAAAAAAAAAAAAAAAAAAAAA",
    ports: Object.fromEntries(brokers.map(({ id }, index) => [portKey("EXTERNAL", id), 20_001 + index])),
    secrets: Object.fromEntries(secrets.map((secret) => [secret, secretOf(secret)])),
    traits: { openFiles: 100_000, startInterval: false },
  };
}

function render(plan: Plan) {
  return plan.nodes.map((node) => {
    const files = renderFiles(plan, node, decided(plan));
    return { files, container: renderContainer(plan, node, decided(plan), "0123456789abcdef") };
  });
}

/** The node's own files line by line, so that a diff of the golden file is one of lines; scripts have tests of their own. */
function readable({ files, container }: ReturnType<typeof render>[number]): object {
  const own = Object.entries(files).filter(([name]) => !(name in containerFiles()));
  return { container, files: Object.fromEntries(own.map(([name, text]) => [name, text.split("\n")])) };
}

// A change of these files rolls the nodes of running clusters. To accept it: node --test --test-update-snapshots
describe("what the docker target makes of each shipped stack", () => {
  for (const plan of plans)
    test(plan.name, (t) => {
      const golden = { nodes: render(plan).map(readable), outputs: clusterOutputs(plan, decided(plan)) };
      t.assert.fileSnapshot(golden, path.join(root, "test/golden/docker", `${plan.name}.json`));
    });
});

const count = fc.integer({ min: 1, max: 7 });
const odd = fc.constantFrom(1, 3, 5);
const docker = fc.record({ quickStart: fc.boolean(), publishAddress: fc.constantFrom("127.0.0.1", "10.0.0.5") });
const stack = fc.oneof(
  fc.record({ count, odd, docker }).map(({ count, odd, docker }) => ({
    brokers: { count },
    controllers: { count: odd, placement: "dedicated" },
    docker,
  })),
  fc.record({ count, docker }).map(({ count, docker }) => ({ brokers: { count, memory: "9GiB" }, docker })),
  fc.record({ count, odd, docker }).map(({ count, odd, docker }) => ({
    kafka: { version: "3.9.2", mode: "zookeeper" },
    brokers: { count },
    zookeeper: { count: odd },
    docker,
  })),
);

const every = (check: (nodes: ReturnType<typeof render>, plan: Plan) => void) =>
  fc.assert(
    fc.property(stack, (written) => {
      const plan = planCluster(parseStack(stringify({ target: "docker", ...written }), "s.yaml").spec, "s") as Plan;
      check(render(plan), plan);
    }),
    { numRuns: 60 },
  );

describe("every container of a cluster", () => {
  test("has no token left anywhere", () => every((nodes) => assert.doesNotMatch(JSON.stringify(nodes), /\{\{/)));

  test("shows no secret to those who may inspect it; files other than the configuration hold them", () =>
    every((nodes, { secrets }) => {
      for (const { container, files } of nodes) {
        assert.doesNotMatch(JSON.stringify(container), /hush/);
        const config = container.command.at(-1)!.split("/").at(-1)!;
        assert.doesNotMatch(files[config] ?? "", /hush/);
      }
      for (const secret of secrets) assert.ok(JSON.stringify(nodes).includes(secretOf(secret)), `${secret} is used`);
    }));

  test("is confined: no root, no capability, nothing to write but its volume and /tmp", () =>
    every((nodes) => {
      for (const { container } of nodes) {
        assert.equal(container.readOnly, true);
        assert.doesNotMatch(container.user, /^(0|root)\b/);
        assert.deepEqual(container.capabilities, { drops: ["ALL"] });
        assert.deepEqual(container.securityOpts, ["no-new-privileges"]);
        const writable = container.volumes.filter((volume) => !("readOnly" in volume));
        assert.deepEqual(
          writable.map(({ containerPath }) => containerPath),
          ["/var/lib/kafka/data"],
        );
      }
    }));

  test("has its heap inside its memory, and no swap", () =>
    every((nodes) => {
      for (const { container } of nodes) {
        const heap = Number(/^-Xmx(\d+)m$/.exec(container.command[1]!)?.[1]);
        assert.ok(heap + 256 <= container.memory, `${heap} in ${container.memory}`);
        assert.equal(container.memorySwap, container.memory);
      }
    }));

  test("publishes the listener of clients and no other, each on a port of its own", () =>
    every((nodes, plan) => {
      const published = nodes.flatMap(({ container }) => container.ports ?? []);
      assert.equal(published.length, plan.nodes.filter(({ roles }) => roles.includes("broker")).length);
      assert.equal(new Set(published.map(({ external }) => external)).size, published.length);
      for (const { internal, ip } of published) {
        assert.equal(internal, 9094);
        assert.equal(ip, plan.docker.publishAddress);
      }
    }));

  test("has names and a hash that another stack's cannot meet", () =>
    every((nodes, plan) => {
      const used = nodes.flatMap(({ container }) => [container.name, ...container.volumes.map((v) => v.volumeName)]);
      assert.equal(new Set(used).size, used.length);
      for (const name of used) assert.match(name, new RegExp(`^kafka-${plan.name}-\\d+`));
    }));
});

test("the hash of files tells a change of any text and no order", () => {
  const hash = filesHash({ a: "1", b: "2" });
  assert.equal(filesHash({ b: "2", a: "1" }), hash);
  assert.notEqual(filesHash({ a: "1", b: "3" }), hash);
  assert.notEqual(filesHash({ a: "2", b: "1" }), hash);
});

test("a port or a secret that was not decided is an error that names it", () => {
  const plan = plans[2]!;
  const broker = plan.nodes[0]!;
  const { ports, secrets } = decided(plan);
  assert.throws(() => renderFiles(plan, broker, { ports: {}, secrets }), /no port was picked for EXTERNAL of node 1/);
  assert.throws(() => renderFiles(plan, broker, { ports, secrets: {} }), /no secret named zookeeper-client was made/);
});
