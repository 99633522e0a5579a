import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { imageReference } from "../../../toolchain/image/archive.ts";
import { baseDirectory } from "../../../toolchain/image/base.ts";
import { writeManifest } from "../../../toolchain/manifest.ts";
import { PROJECT_ROOT } from "../../../toolchain/places.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type Machine, makeMachine } from "../machine.ts";

const MAIN = join(PROJECT_ROOT, "toolchain", "image", "main.ts");

function start(t: TestContext, { setup }: Machine, ...args: string[]) {
  // A process group of its own, so that it can be interrupted as a terminal does it: with all that it started.
  const child = spawn(process.execPath, [MAIN, ...args], { env: setup.env, detached: true });
  t.after(() => child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const ended = once(child, "close").then(([code]) => ({ code, stdout, stderr }));
  return { ended, interrupt: () => process.kill(-(child.pid ?? 0), "SIGINT") };
}

test("the command: where the image is, for people and as JSON", async (t) => {
  const machine = makeMachine(t);
  const { env } = machine.setup;
  mkdirSync(baseDirectory(env), { recursive: true });
  writeFileSync(join(baseDirectory(env), "base.json"), JSON.stringify({ digest: "aa", packages: [] }));
  const reference = imageReference("3.9.2", env) ?? "";
  const directory = join(env.KAFKA_STACKS_CACHE ?? "", "image", reference.split(":")[1] ?? "");
  mkdirSync(directory);
  const image = { reference, imageId: "sha256:1", architecture: "amd64", size: 2e8 };
  writeFileSync(join(directory, "image.json"), JSON.stringify(image));
  await writeManifest(directory);

  const archive = join(directory, "image.tar");
  const [shown, json] = await Promise.all([
    start(t, machine, "--kafka", "3.9.2").ended,
    start(t, machine, "--kafka", "3.9.2", "--json").ended,
  ]);
  const lines = [archive, `reference ${reference}`, "id        sha256:1", "size      200 MB, amd64", ""];
  assert.deepEqual(shown, { code: 0, stdout: lines.join("\n"), stderr: "" });
  assert.deepEqual(JSON.parse(json.stdout), { ...image, archive });
});

const wrong: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
  [["--kafak"], 2, /Unknown option '--kafak'.*next: node toolchain\/image\/main\.ts \[--kafka VERSION\]/s],
  [
    ["--kafka", "1.0.0"],
    2,
    /an image can be made of Kafka 3\.9\.2 or 4\.3\.1, whose libraries are pinned; wanted 1\.0\.0\n {2}next: set/,
  ],
  [[], 1, /wanted Debian or Ubuntu, found: .*\n {2}next: name an image/],
];

for (const [args, code, message] of wrong)
  test(`the command: ${args.join(" ") || "no apt"} is an error with a next step`, async (t) => {
    const ended = await start(t, makeMachine(t), ...args).ended;
    assert.match(ended.stderr, message);
    assert.equal(ended.code, code);
    assert.equal(ended.stdout, "");
  });

test("the command: Ctrl-C leaves nothing half-made", {
  skip: process.platform !== "linux" && "no apt here",
}, async (t) => {
  const machine = makeMachine(t);
  machine.setup.env.PATH = `${machine.root}/bin:/usr/bin:/bin`;
  const reached = join(machine.root, "reached");
  for (const tool of ["apt-cache", "apt-get", "dpkg-deb"])
    machine.script(`bin/${tool}`, `: > ${reached}; exec sleep 60`);
  const { ended, interrupt } = start(t, machine);
  await eventually("apt is asked", () => existsSync(reached));
  assert.equal(readdirSync(join(machine.root, "cache", "image")).length, 2, "a lock and a directory aside");
  interrupt();
  const { code, stderr } = await ended;
  assert.equal(code, 130);
  assert.match(stderr, /interrupted; nothing half-made is left\n$/);
  assert.deepEqual(readdirSync(join(machine.root, "cache", "image")), []);
});
