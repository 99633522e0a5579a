import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { UserError } from "../../infra/errors.ts";
import { ensurePulumi, locatePulumi, type PulumiOrigins } from "../../toolchain/pulumi.ts";
import { makeMachine } from "./machine.ts";

const PINNED = "pulumi/versions/3.232.0/bin/pulumi";

interface Case {
  readonly name: string;
  /** Version that the `pulumi` on PATH tells. */
  readonly path?: string;
  readonly cache?: string;
  readonly download?: "unreachable";
  readonly wanted: string;
  readonly asked: readonly string[];
}

const cases: readonly Case[] = [
  { name: "PATH wins over everything", path: "v3.232.0", cache: "v3.232.0", wanted: "bin/pulumi", asked: [] },
  { name: "a newer minor on PATH fits", path: "v3.260.1", wanted: "bin/pulumi", asked: [] },
  { name: "an older one does not", path: "v3.231.9", cache: "v3.232.0", wanted: PINNED, asked: [] },
  { name: "nor another major", path: "v4.0.0", cache: "v3.232.0", wanted: PINNED, asked: [] },
  { name: "the cache wins over the download", cache: "v3.232.0", wanted: PINNED, asked: [] },
  { name: "a wrong version in the cache is replaced", cache: "v3.100.0", wanted: PINNED, asked: ["download"] },
  { name: "the download wins over the build", wanted: PINNED, asked: ["download"] },
  { name: "the build comes last", download: "unreachable", wanted: PINNED, asked: ["download", "build"] },
];

for (const { name, path, cache, download, wanted, asked } of cases) {
  test(`pulumi: ${name}`, async (t) => {
    const machine = makeMachine(t);
    if (path) machine.script("bin/pulumi", `echo ${path}`);
    if (cache) machine.script(PINNED, `echo ${cache}`);
    const calls: string[] = [];
    const origins: PulumiOrigins = {
      async download(aside) {
        calls.push("download");
        if (download === "unreachable") throw new Error("get.pulumi.com cannot be reached (ENOTFOUND)");
        put(aside);
      },
      async build(aside) {
        calls.push("build");
        put(aside);
      },
    };
    assert.equal(await ensurePulumi(machine.setup, origins), join(machine.root, wanted));
    assert.deepEqual(calls, asked);
    assert.equal(locatePulumi(machine.setup.env), join(machine.root, wanted));
    const told = machine.told.length;
    await ensurePulumi(machine.setup, origins);
    assert.equal(machine.told.length, told, "a second run has nothing to say");
    assert.deepEqual(calls, asked, "and nothing to get");
  });
}

test("pulumi: this project's own `npx pulumi` on PATH is not taken for the CLI", async (t) => {
  const machine = makeMachine(t);
  const bin = join(import.meta.dirname, "..", "..", "toolchain", "pulumi-cli");
  machine.setup.env.PATH = `${join(import.meta.dirname, "../../node_modules/.bin")}:${bin}`;
  machine.script(PINNED, "echo v3.232.0");
  assert.equal(await ensurePulumi(machine.setup, noOrigins), join(machine.root, PINNED));
});

test("pulumi: nor is the one of another checkout, which would write to the state of that one", async (t) => {
  const machine = makeMachine(t);
  const launcher = machine.script("other/toolchain/pulumi-cli/pulumi.mjs", "echo v3.232.0");
  mkdirSync(join(machine.root, "bin"), { recursive: true });
  symlinkSync(launcher, join(machine.root, "bin/pulumi"));
  machine.script(PINNED, "echo v3.232.0");
  assert.equal(await ensurePulumi(machine.setup, noOrigins), join(machine.root, PINNED));
  assert.equal(locatePulumi(machine.setup.env), join(machine.root, PINNED));
});

test("pulumi: with no Go, the error names every place that was tried and the command to run", async (t) => {
  const machine = makeMachine(t);
  const { realOrigins } = await import("../../toolchain/pulumi.ts");
  const origins: PulumiOrigins = { ...noOrigins, build: realOrigins.build };
  await assert.rejects(ensurePulumi(machine.setup, origins), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.equal(
      error.message,
      "Go 1.25 or newer is needed (it builds the Pulumi CLI from its Go module, because its download cannot be " +
        "reached); there is no go on PATH; looked before that in\n  PATH: no pulumi\n" +
        `  ${join(machine.root, "pulumi/versions/3.232.0")}: not there, or damaged\n` +
        "  download: get.pulumi.com cannot be reached (test)",
    );
    assert.equal(error.next, "install it from https://go.dev/dl");
    return true;
  });
  assert.ok(machine.told.includes("get.pulumi.com cannot be reached (test); going on without it"));
});

test("pulumi: a damaged binary in the cache is made again", async (t) => {
  const machine = makeMachine(t);
  const origins = { ...noOrigins, download: async (aside: string) => put(aside) };
  const path = await ensurePulumi(machine.setup, origins);
  writeFileSync(path, "");
  assert.equal(await ensurePulumi(machine.setup, origins), path);
  assert.equal(machine.told.filter((line) => line.startsWith("✓ download the Pulumi CLI 3.232.0")).length, 2);
});

const noOrigins: PulumiOrigins = {
  download: () => Promise.reject(new Error("get.pulumi.com cannot be reached (test)")),
  build: () => Promise.reject(new Error("not built in this test")),
};

function put(aside: string): void {
  mkdirSync(join(aside, "bin"));
  writeFileSync(join(aside, "bin", "pulumi"), "#!/bin/sh\necho v3.232.0\n", { mode: 0o755 });
}
