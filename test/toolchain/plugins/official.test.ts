import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { projectRoot } from "../../../infra/paths.ts";
import { failureFile, findOrInstall } from "../../../toolchain/plugins/official.ts";
import { sdkVersion, standInPaths } from "../../../toolchain/plugins/places.ts";

const STAND_IN = path.join(projectRoot, "toolchain/plugins/docker");
const version = sdkVersion("docker");

/** A machine with a `pulumi` of the test's own, which notes its calls and may install a plugin that says "official". */
function machine(t: TestContext, installs: boolean) {
  const root = mkdtempSync(path.join(tmpdir(), "kafka-stacks-official-"));
  t.after(() => rmSync(root, { recursive: true }));
  const [home, bin] = [path.join(root, "home"), path.join(root, "bin")];
  const folder = path.join(home, "plugins", `resource-docker-v${version}`);
  const install = () => {
    mkdirSync(folder, { recursive: true });
    executable(path.join(folder, "pulumi-resource-docker"), 'echo "official $*"');
  };
  const steps = installs
    ? `mkdir -p ${folder}; printf '#!/bin/sh\\necho "official $*"\\n' > ${folder}/pulumi-resource-docker; chmod +x ${folder}/*`
    : "echo no such host >&2; exit 255";
  mkdirSync(bin);
  executable(path.join(bin, "pulumi"), `echo "$*" >> ${root}/calls\n${steps}`);
  const env = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: root,
    PULUMI_HOME: home,
    KAFKA_STACKS_CACHE: path.join(root, "cache"),
  };
  const calls = () => (existsSync(`${root}/calls`) ? readFileSync(`${root}/calls`, "utf8").trim().split("\n") : []);
  return { env, calls, install, official: path.join(folder, "pulumi-resource-docker"), bin };
}

function executable(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** Of this machine's archive. */
const PLATFORM = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
const SUMS = { [`docker-v${version}-${PLATFORM}`]: "ab12" };

const said: string[] = [];
const say = (line: string) => void said.push(line);

test("official plugin: one that Pulumi has is used, and nothing is downloaded", async (t) => {
  const { env, calls, install, official } = machine(t, false);
  install();
  assert.equal(await findOrInstall("docker", env, say), official);
  assert.deepEqual(calls(), []);
});

test("official plugin: one that is missing is downloaded", async (t) => {
  const { env, calls, official } = machine(t, true);
  assert.equal(await findOrInstall("docker", env, say, { sums: SUMS }), official);
  assert.deepEqual(calls(), [`plugin install resource docker ${version} --checksum ab12 --color never`]);
  assert.equal(said.at(-1), `docker: getting the official plugin ${version}, for at most 60 s`);
});

test("official plugin: without a known checksum nothing is downloaded", async (t) => {
  const { env, calls } = machine(t, true);
  assert.equal(await findOrInstall("docker", env, say, { sums: { [`docker-v0.0.1-${PLATFORM}`]: "ab12" } }), undefined);
  assert.deepEqual(calls(), []);
});

test("official plugin: a download that failed is tried again after a day", async (t) => {
  const { env, calls } = machine(t, false);
  const now = Date.now();
  for (const [hours, tries] of [
    [0, 1],
    [0, 1],
    [23, 1],
    [25, 2],
  ] as const) {
    assert.equal(await findOrInstall("docker", env, say, { now: now + hours * 3_600_000, sums: SUMS }), undefined);
    assert.equal(calls().length, tries, `after ${hours} h`);
  }
  assert.match(readFileSync(failureFile("docker", env), "utf8"), /no such host/);
});

test("official plugin: without a pulumi nothing is remembered", async (t) => {
  const { env } = machine(t, false);
  assert.equal(await findOrInstall("docker", { ...env, PATH: "/nowhere" }, say, { sums: SUMS }), undefined);
  assert.ok(!existsSync(failureFile("docker", env)));
});

test("launcher: it hands over to the official plugin with all arguments", (t) => {
  const { env, install } = machine(t, false);
  install();
  const { stdout, status } = spawnSync(path.join(STAND_IN, "pulumi-resource-docker"), ["127.0.0.1:1", "more"], {
    env,
    encoding: "utf8",
  });
  assert.deepEqual([stdout, status], ["official 127.0.0.1:1 more\n", 0]);
});

test("stand-in: on PATH only where there is no official plugin", (t) => {
  const { env, install, bin } = machine(t, false);
  const other = path.join(projectRoot, "toolchain/plugins/kubernetes");
  assert.deepEqual(standInPaths(env), [STAND_IN, other]);
  const withOurs = { ...env, PATH: `${env.PATH}:${STAND_IN}:${other}` };
  assert.deepEqual(standInPaths(withOurs), [STAND_IN, other], "our own is not official");
  const onPath = path.join(bin, "pulumi-resource-docker");
  executable(onPath, "true");
  assert.deepEqual(standInPaths(env), [other]);
  rmSync(onPath);
  install();
  assert.deepEqual(standInPaths(env), [other]);
});
