import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { createOptions } from "../../../../toolchain/plugins/docker/container-options.ts";
import type { ContainerArgs } from "../../../../toolchain/plugins/docker/container-properties.ts";
import { updateOptions } from "../../../../toolchain/plugins/docker/container-update.ts";
import { durationText, nanoseconds } from "../../../../toolchain/plugins/docker/duration.ts";
import { isNameChosen, withName } from "../../../../toolchain/plugins/docker/naming.ts";
import { repoDigest } from "../../../../toolchain/plugins/docker/remote-image.ts";
import { archive } from "../../../../toolchain/plugins/docker/uploads.ts";

const BARE: ContainerArgs = {
  name: "one",
  image: "tiny:1",
  networkMode: "bridge",
  readOnly: false,
  restart: "no",
  start: true,
  mustRun: true,
  wait: false,
  waitTimeout: 60,
  rm: false,
  removeVolumes: true,
};
const MIB = 1024 * 1024;

/** What an input adds to, or changes in, the request that creates a container. */
const rows: readonly (readonly [change: Partial<ContainerArgs>, top: object, host: object])[] = [
  [{ hostname: "h", user: "1:2", workingDir: "/w" }, { Hostname: "h", User: "1:2", WorkingDir: "/w" }, {}],
  [{ entrypoints: ["a", "b"], command: ["c"] }, { Entrypoint: ["a", "b"], Cmd: ["c"] }, {}],
  [{ entrypoints: [], command: [] }, {}, {}],
  [{ envs: ["A=1"], labels: [{ label: "l", value: "v" }] }, { Env: ["A=1"], Labels: { l: "v" } }, {}],
  [{ stopSignal: "SIGINT", stopTimeout: 0 }, { StopSignal: "SIGINT", StopTimeout: 0 }, {}],
  [
    { ports: [{ internal: 1 }, { internal: 1, external: 2, ip: "::1" }, { internal: 3, ip: "", protocol: "udp" }] },
    { ExposedPorts: { "1/tcp": {}, "3/udp": {} } },
    {
      PortBindings: {
        "1/tcp": [
          { HostIp: "0.0.0.0", HostPort: "" },
          { HostIp: "::1", HostPort: "2" },
        ],
        "3/udp": [{ HostIp: "0.0.0.0", HostPort: "" }],
      },
    },
  ],
  [
    {
      volumes: [
        { volumeName: "v", containerPath: "/v" },
        { volumeName: "r", containerPath: "/r", readOnly: true },
        { containerPath: "/a" },
      ],
    },
    { Volumes: { "/v": {}, "/r": {}, "/a": {} } },
    { Binds: ["v:/v:rw", "r:/r:ro"] },
  ],
  [{ tmpfs: { "/tmp": "size=1m" }, readOnly: true }, {}, { Tmpfs: { "/tmp": "size=1m" }, ReadonlyRootfs: true }],
  [{ capabilities: { adds: ["CHOWN"], drops: ["ALL"] } }, {}, { CapAdd: ["CHOWN"], CapDrop: ["ALL"] }],
  [
    { securityOpts: ["no-new-privileges:true", "systempaths=unconfined"] },
    {},
    { SecurityOpt: ["no-new-privileges:true"], MaskedPaths: [], ReadonlyPaths: [] },
  ],
  [{ ulimits: [{ name: "nofile", soft: 1, hard: 2 }] }, {}, { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }] }],
  [{ memory: 512, memorySwap: 1024 }, {}, { Memory: 512 * MIB, MemorySwap: 1024 * MIB }],
  [{ memory: 512, memorySwap: -1 }, {}, { Memory: 512 * MIB, MemorySwap: -1 }],
  [{ cpus: "1.5", cpuShares: 512, shmSize: 8 }, {}, { NanoCpus: 1.5e9, CpuShares: 512, ShmSize: 8 * MIB }],
  [{ restart: "on-failure", maxRetryCount: 3 }, {}, { RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 } }],
  [{ logDriver: "local", logOpts: { a: "b" } }, {}, { LogConfig: { Type: "local", Config: { a: "b" } } }],
  [{ rm: true, init: true, groupAdds: ["5"] }, {}, { AutoRemove: true, Init: true, GroupAdd: ["5"] }],
  [{ sysctls: { "a.b": "1" }, networkMode: "host" }, {}, { Sysctls: { "a.b": "1" }, NetworkMode: "host" }],
  [
    { healthcheck: { tests: ["CMD", "x"], interval: "1m30s", startPeriod: "500ms", retries: 2 } },
    {
      Healthcheck: {
        Test: ["CMD", "x"],
        Interval: 90e9,
        Timeout: 0,
        StartPeriod: 0.5e9,
        StartInterval: 0,
        Retries: 2,
      },
    },
    {},
  ],
];

for (const [change, top, host] of rows)
  test(`docker create: ${Object.keys(change).join(", ")}`, () => {
    const { HostConfig, ...rest } = createOptions(BARE);
    const wanted = { ...rest, ...top, HostConfig: { ...HostConfig, ...host } };
    assert.deepEqual(createOptions({ ...BARE, ...change }), wanted);
  });

const updates: readonly (readonly [args: Partial<ContainerArgs>, changed: string[], wanted: object])[] = [
  [{ memory: 512 }, ["memory"], { Memory: 512 * MIB, MemorySwap: 1024 * MIB }],
  [{ memory: 512, memorySwap: -1 }, ["memory"], { Memory: 512 * MIB, MemorySwap: -1 }],
  [{ memory: 512, memorySwap: 600 }, ["memorySwap"], { MemorySwap: 600 * MIB }],
  [{ memory: 0 }, ["memory"], {}],
  [{ cpuShares: 5, memory: 512 }, ["cpuShares"], { CpuShares: 5 }],
  [{ restart: "always" }, ["restart"], { RestartPolicy: { Name: "always", MaximumRetryCount: 0 } }],
  [{ memory: 512, healthcheck: {}, destroyGraceSeconds: 5 }, ["healthcheck", "destroyGraceSeconds"], {}],
];

for (const [args, changed, wanted] of updates)
  test(`docker update: ${changed.join(", ")} of ${JSON.stringify(args)}`, () =>
    assert.deepEqual(updateOptions({ ...BARE, ...args }, changed), wanted));

test("durations: as Go writes them, and back", () => {
  const texts: Record<string, number | undefined> = {
    "1m30s": 90e9,
    "1.5h": 5400e9,
    "300ms": 0.3e9,
    "0s": 0,
    0: 0,
    "": undefined,
    5: undefined,
    "5 s": undefined,
    "-1s": undefined,
  };
  for (const [text, length] of Object.entries(texts)) assert.equal(nanoseconds(text), length, text);
  fc.assert(fc.property(fc.nat(1e15), (length) => assert.equal(nanoseconds(durationText(length)), length)));
});

test("names: given ones stay, ours are kept, and a replacement beside gets another", () => {
  const urn = "urn:pulumi:dev::p::docker:index/volume:Volume::data";
  const none = new Uint8Array();
  assert.deepEqual(withName({ name: "given" }, {}, urn, none), { name: "given" });
  const first = withName({}, {}, urn, Uint8Array.of(1));
  assert.match(String(first.name), /^data-[0-9a-f]{7}$/);
  assert.deepEqual(withName({}, {}, urn, Uint8Array.of(1)), first, "preview and update agree");
  assert.equal(withName({}, first, urn, none).name, first.name);
  assert.notEqual(withName({}, { name: "given" }, urn, none).name, "given");
  assert.deepEqual([isNameChosen(first), isNameChosen({ name: "given" })], [true, false]);
});

test("uploads: tar reads the archive, with modes, long paths and contents", () => {
  const long = `/${"directory/".repeat(14)}file`;
  const bytes = archive([
    { file: "/etc/a", content: "text ä\n" },
    { file: "run.sh", content: "x".repeat(1_000), executable: true },
    { file: long, contentBase64: Buffer.from([0, 1, 2]).toString("base64"), permissions: "0640" },
  ]);
  const { stdout, stderr } = spawnSync("tar", ["-tvf", "-"], { input: bytes, encoding: "utf8" });
  assert.equal(stderr, "");
  const listed = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/));
  assert.deepEqual(
    listed.map((fields) => [fields[0], Number(fields[2]), fields.at(-1)]),
    [
      ["-rw-r--r--", 8, "etc/a"],
      ["-rwxr--r--", 1_000, "run.sh"],
      ["-rw-r-----", 3, long.slice(1)],
    ],
  );
  const content = spawnSync("tar", ["-xOf", "-", "etc/a"], { input: bytes, encoding: "utf8" });
  assert.equal(content.stdout, "text ä\n");
});

test("images: the digest is that of the name's own repository", () => {
  const digests = ["localhost:5000/kafka@sha256:1", "apache/kafka@sha256:2", "busybox@sha256:3"];
  const wanted: Record<string, string> = {
    "apache/kafka:4.3.1": digests[1]!,
    "docker.io/apache/kafka": digests[1]!,
    "localhost:5000/kafka:1": digests[0]!,
    "docker.io/library/busybox:1": digests[2]!,
    "kafka-stacks/kafka:1": "",
    "apache/kafka@sha256:9": "apache/kafka@sha256:9",
  };
  for (const [name, digest] of Object.entries(wanted)) assert.equal(repoDigest(name, digests), digest, name);
});
