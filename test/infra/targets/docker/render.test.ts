import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { planCluster } from "../../../../infra/plan/plan.ts";
import type { ClusterPlan, DockerPlan } from "../../../../infra/plan/types.ts";
import { loadStack, parseStack } from "../../../../infra/spec/load.ts";
import { containerFiles } from "../../../../infra/targets/container/scripts.ts";
import type { Sealed } from "../../../../infra/targets/decisions/sealed.ts";
import { hostsOf } from "../../../../infra/targets/docker/certificate-hosts.ts";
import { clusterOutputs } from "../../../../infra/targets/docker/outputs.ts";
import {
  type DockerCluster,
  filesHash,
  portKey,
  publishedListeners,
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

/** What the providers would have decided and made, with ports, secrets and keys that are known beforehand. */
function decided({ nodes, secrets, security }: ClusterPlan): { cluster: DockerCluster; sealed: Sealed } {
  const published = nodes.flatMap((node) => publishedListeners(node).map(({ name }) => portKey(name, node.id)));
  const wanted = security.certificates?.wanted.map(({ name }) => name) ?? [];
  const pair = (name: string) => ({ key: secretOf(name), certificate: `certificate<${name}>` });
  return {
    cluster: {
      clusterId: "AAAAAAAAAAAAAAAAAAAAAA",
      ports: Object.fromEntries(published.map((key, index) => [key, 20_001 + index])),
      traits: { openFiles: 100_000, startInterval: false },
    },
    sealed: {
      secrets: Object.fromEntries(secrets.map((secret) => [secret, secretOf(secret)])),
      ...(security.certificates
        ? {
            certificates: {
              authority: "authority",
              pems: Object.fromEntries(wanted.map((name) => [name, pair(name)])),
            },
          }
        : {}),
      ...(security.kerberos ? { given: { "krb5.conf": "[libdefaults]", "kafka.keytab": secretOf("keytab") } } : {}),
    },
  };
}

function render(plan: Plan) {
  const { cluster, sealed } = decided(plan);
  return plan.nodes.map((node) => ({
    node,
    files: renderFiles(plan, node, { ...cluster, ...sealed }),
    container: renderContainer(plan, node, cluster, "0123456789abcdef"),
  }));
}

/** The node's own files line by line, so that a diff of the golden file is one of lines; scripts have tests of their own. */
function readable({ files, container }: Omit<ReturnType<typeof render>[number], "node">): object {
  const own = Object.entries(files).filter(([name]) => !(name in containerFiles()));
  return { container, files: Object.fromEntries(own.map(([name, text]) => [name, text.split("\n")])) };
}

// A change of these files rolls the nodes of running clusters. To accept it: node --test --test-update-snapshots
describe("what the docker target makes of each shipped stack", () => {
  for (const plan of plans)
    test(plan.name, (t) => {
      const golden = { nodes: render(plan).map(readable), outputs: clusterOutputs(plan, decided(plan).cluster) };
      t.assert.fileSnapshot(golden, path.join(root, "test/golden/docker", `${plan.name}.json`));
    });
});

const count = fc.integer({ min: 1, max: 7 });
const odd = fc.constantFrom(1, 3, 5);
const docker = fc.record({ quickStart: fc.boolean(), publishAddress: fc.constantFrom("127.0.0.1", "10.0.0.5") });
const security = fc.oneof(
  fc.constant({ profile: "plaintext", iUnderstandThisIsOpen: true }),
  fc.constantFrom("tls", "scram", "mtls").map((profile) => ({ profile })),
  fc.constant({ profile: "scram", kerberos: { realm: "R", krb5Conf: "k", keytab: "k", host: "h" } }),
  fc.constantFrom("open", "switch").map((transition) => ({ profile: "scram", transition })),
);
const shape = fc.oneof(
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
const stack = fc.record({ shape, security }).map(({ shape, security }) => ({ ...shape, security }));

const every = (check: (nodes: ReturnType<typeof render>, plan: Plan) => void) =>
  fc.assert(
    fc.property(stack, (written) => {
      const plan = planCluster(parseStack(stringify({ target: "docker", ...written }), "s.yaml").spec, "s") as Plan;
      check(render(plan), plan);
    }),
    { numRuns: 60 },
  );

describe("every container of a cluster", () => {
  test("has no token left anywhere", () =>
    every((nodes) => {
      for (const { files, container } of nodes) assert.doesNotMatch(JSON.stringify({ files, container }), /\{\{/);
    }));

  test("shows no secret to those who may inspect it; files other than the configuration hold them", () =>
    every((nodes, { secrets }) => {
      for (const { container, files } of nodes) {
        assert.doesNotMatch(JSON.stringify(container), /hush/);
        const config = container.command.at(-1)!.split("/").at(-1)!;
        assert.doesNotMatch(files[config] ?? "", /hush/);
      }
      const ofClients = (secret: string) => /^password\.kafka-(health|smoke)/.test(secret);
      for (const secret of secrets)
        assert.equal(JSON.stringify(nodes).includes(secretOf(secret)), !ofClients(secret), `${secret} is used`);
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

  test("publishes the listeners of clients outside and no other, each on a port of its own", () =>
    every((nodes, plan) => {
      const external: number[] = [];
      for (const { node, container } of nodes) {
        const wanted = node.listeners.filter(({ name }) => name.startsWith("EXTERNAL"));
        const published = container.ports ?? [];
        assert.deepEqual(
          published.map(({ internal }) => internal),
          wanted.map(({ port }) => port),
        );
        for (const { ip } of published) assert.equal(ip, plan.docker.publishAddress);
        external.push(...published.map((one) => one.external));
      }
      assert.equal(new Set(external).size, external.length);
    }));

  test("listens for its own health check on loopback alone, and tells no two brokers the same address", () =>
    every((nodes) => {
      const told = nodes.flatMap(({ files }) => {
        const { listeners = "", "advertised.listeners": advertised = "" } = properties(files["server.properties"]);
        for (const one of listeners.split(",")) assert.equal(/HEALTH/.test(one), /\/\/127\.0\.0\.1:/.test(one), one);
        return advertised.split(",").filter(Boolean);
      });
      const addresses = told.map((one) => one.split("://")[1]);
      assert.equal(new Set(addresses).size, addresses.length);
    }));

  test("has a certificate for every address that others are told", () =>
    every((nodes, plan) => {
      if (!plan.security.certificates) return;
      for (const { node, files } of nodes) {
        const own = plan.security.certificates.wanted.find((one) => one.nodes.includes(node.id))!;
        const text = properties(files["server.properties"])["advertised.listeners"] ?? "";
        const told = text.split(",").filter((one) => /TLS|REPLICATION/.test(one));
        for (const one of told) {
          const { hostname } = new URL(one.replace(/^\w+/, "http"));
          assert.ok(hostsOf(plan, own).includes(hostname), one);
        }
      }
    }));

  test("has names and a hash that another stack's cannot meet", () =>
    every((nodes, plan) => {
      const used = nodes.flatMap(({ container }) => [container.name, ...container.volumes.map((v) => v.volumeName)]);
      assert.equal(new Set(used).size, used.length);
      for (const name of used) assert.match(name, new RegExp(`^kafka-${plan.name}-\\d+`));
    }));
});

function properties(text = ""): Record<string, string> {
  const lines = text.split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

test("the hash of files tells a change of any text and no order", () => {
  const hash = filesHash({ a: "1", b: "2" });
  assert.equal(filesHash({ b: "2", a: "1" }), hash);
  assert.notEqual(filesHash({ a: "1", b: "3" }), hash);
  assert.notEqual(filesHash({ a: "2", b: "1" }), hash);
});

test("a port or a secret that was not decided is an error that names it", () => {
  const plan = plans[2]!;
  const broker = plan.nodes[0]!;
  const { cluster, sealed } = decided(plan);
  const { ports } = cluster;
  const { secrets } = sealed;
  assert.throws(() => renderFiles(plan, broker, { ports: {}, secrets }), /no port was picked for EXTERNAL of node 1/);
  assert.throws(() => renderFiles(plan, broker, { ports, secrets: {} }), /no secret named zookeeper-client was made/);
});
