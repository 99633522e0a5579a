import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { containerProperties } from "../../../../toolchain/plugins/docker/container-properties.ts";
import { differences } from "../../../../toolchain/plugins/docker/differences.ts";

/** A container's state as it is after its creation. */
const BEFORE: JsonObject = {
  name: "node-1",
  image: "sha256:1",
  hostname: "node-1",
  command: ["serve", "--quiet"],
  envs: ["A=1", "B=2"],
  labels: [
    { label: "a", value: "1" },
    { label: "b", value: "2" },
  ],
  networkMode: "bridge",
  networksAdvanced: [{ name: "net", aliases: ["x", "y"] }],
  ports: [
    { internal: 9092, external: 19092, ip: "127.0.0.1", protocol: "tcp" },
    { internal: 9093, external: 32768, ip: "0.0.0.0", protocol: "tcp" },
  ],
  volumes: [{ volumeName: "data", containerPath: "/data", readOnly: false }],
  tmpfs: { "/tmp": "size=1m" },
  sysctls: { "net.core.somaxconn": "128" },
  readOnly: true,
  memory: 512,
  restart: "no",
  mustRun: true,
  start: true,
  wait: true,
  waitTimeout: 60,
  removeVolumes: true,
  healthcheck: { tests: ["CMD", "check"], interval: "1m30s", timeout: "0s", retries: 3 },
  shmSize: 64,
  runtime: "runc",
};
/** The inputs of that state: what the engine chose is not among them. */
const { runtime: _, shmSize: __, hostname: ___, ...given } = BEFORE;
const INPUTS: JsonObject = {
  ...given,
  ports: [{ internal: 9092, external: 19092, ip: "127.0.0.1" }, { internal: 9093 }],
};

const rows: readonly (readonly [name: string, change: JsonObject, detailed: Record<string, string>])[] = [
  ["nothing", {}, {}],
  ["defaults that are written out", { rm: false, removeVolumes: true, networkMode: "bridge", start: true }, {}],
  ["empty for absent", { ulimits: [], logOpts: {}, user: "", cpuShares: 0, capabilities: {} }, {}],
  ["the order of sets", { envs: ["B=2", "A=1"], networksAdvanced: [{ aliases: ["y", "x"], name: "net" }] }, {}],
  ["the order of labels", { labels: (INPUTS.labels as JsonObject[]).toReversed() }, {}],
  ["the order of ports", { ports: (INPUTS.ports as JsonObject[]).toReversed() }, {}],
  ["a duration in other words", { healthcheck: { ...(INPUTS.healthcheck as JsonObject), interval: "90s" } }, {}],
  [
    "fields of a health check that the image may give",
    { healthcheck: { tests: ["CMD", "check"], retries: 3, interval: "90s" } },
    {},
  ],
  ["the order of a list", { command: ["--quiet", "serve"] }, { "command[0]": "update!", "command[1]": "update!" }],
  ["a longer list", { command: ["serve", "--quiet", "--more"] }, { "command[2]": "add!" }],
  ["another image", { image: "sha256:2" }, { image: "update!" }],
  ["an image that is not known yet", { image: UNKNOWN }, { image: "update!" }],
  ["another variable", { envs: ["A=1", "B=3"] }, { "envs[1]": "update!" }],
  ["a variable that is not known yet", { envs: ["A=1", UNKNOWN] }, { "envs[1]": "update!" }],
  ["one more variable, in front", { envs: ["C=3", "A=1", "B=2"] }, { "envs[0]": "add!" }],
  ["one variable less", { envs: ["B=2"] }, { "envs[0]": "delete!" }],
  [
    "another label",
    {
      labels: [
        { label: "a", value: "1" },
        { label: "b", value: "3" },
      ],
    },
    { "labels[1]": "update!" },
  ],
  [
    "another port on the host",
    { ports: [{ internal: 9093 }, { internal: 9092, external: 29092, ip: "127.0.0.1" }] },
    { "ports[1].external": "update!" },
  ],
  [
    "another address",
    { ports: [{ internal: 9092, external: 19092 }, { internal: 9093 }] },
    { "ports[0].ip": "update!" },
  ],
  ["one port less", { ports: [{ internal: 9093 }] }, { "ports[0]": "delete!" }],
  ["no port", { ports: null }, { ports: "delete!" }],
  ["another alias", { networksAdvanced: [{ name: "net", aliases: ["x"] }] }, { "networksAdvanced[0]": "update!" }],
  [
    "a volume that is read only",
    { volumes: [{ volumeName: "data", containerPath: "/data", readOnly: true }] },
    { "volumes[0]": "update!" },
  ],
  ["no volumes", { volumes: [] }, { volumes: "update!" }],
  ["a kernel parameter", { sysctls: { "net.core.somaxconn": "256" } }, { 'sysctls["net.core.somaxconn"]': "update!" }],
  ["a writable file system", { readOnly: false }, { readOnly: "update!" }],
  ["capabilities", { capabilities: { drops: ["ALL"] } }, { capabilities: "add!" }],
  ["a limit of processors", { cpus: "1.5" }, { cpus: "add!" }],
  ["more memory", { memory: 1024 }, { memory: "update" }],
  ["no limit of memory", { memory: 0 }, { memory: "update" }],
  ["another restart policy", { restart: "always" }, { restart: "update" }],
  ["shares of the processor", { cpuShares: 512 }, { cpuShares: "add" }],
  ["a longer grace", { destroyGraceSeconds: 60 }, { destroyGraceSeconds: "add" }],
  [
    "another health check",
    { healthcheck: { tests: ["CMD", "other"] } },
    { "healthcheck.tests[1]": "update", "healthcheck.interval": "delete", "healthcheck.retries": "delete" },
  ],
  ["a file system in memory", { tmpfs: { "/run": "" } }, { 'tmpfs["/tmp"]': "delete" }],
];

const short = (kind: string, replaces: boolean) => `${kind}${replaces ? "!" : ""}`;

for (const [name, change, wanted] of rows)
  test(`docker diff: ${name} ${Object.values(wanted).some((kind) => kind.endsWith("!")) ? "replaces" : Object.keys(wanted).length > 0 ? "updates in place" : "is no difference"}`, () => {
    const found = differences(containerProperties, { ...INPUTS, ...change }, BEFORE, INPUTS, true);
    const detailed = Object.fromEntries(
      found.detailed!.map(({ path, kind, replaces }) => [path, short(kind, replaces)]),
    );
    assert.deepEqual(detailed, wanted);
    const top = [...new Set(Object.keys(wanted).map((path) => /^\w+/.exec(path)![0]))];
    assert.deepEqual(found.changed, top);
    assert.deepEqual(
      found.replaces,
      top.filter((property) => containerProperties[property]?.replaces),
    );
  });

test("docker diff: an input that the program gives no longer is a difference, though the engine could choose it", () => {
  const { envs: _, ...without } = INPUTS;
  const found = differences(containerProperties, without, BEFORE, INPUTS, true);
  assert.deepEqual(found.replaces, ["envs"]);
  assert.deepEqual(differences(containerProperties, without, BEFORE, without, true).changed, [], "nor later");
});

test("docker diff: a container that a refresh found stopped is started", () => {
  const found = differences(containerProperties, INPUTS, { ...BEFORE, mustRun: false }, INPUTS, true);
  assert.deepEqual(found.detailed, [{ path: "mustRun", kind: "update", replaces: false }]);
});
