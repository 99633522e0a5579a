import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Entry, writeTar } from "../../../toolchain/image/layer.ts";
import { entriesOf, merged } from "../../../toolchain/image/tree.ts";
import { run } from "../../../toolchain/process.ts";
import { makeMachine } from "../machine.ts";

const entries = (from: string): Entry[] => [
  { kind: "file", path: "opt/b.jar", from, size: 3, mode: 0o644 },
  { kind: "directory", path: "var/data", mode: 0o775, uid: 1000 },
  { kind: "link", path: "bin", to: "usr/bin" },
  { kind: "text", path: "etc/passwd", text: "root\n" },
];

test("a layer: the same bytes whatever the order, and the times and owners of what it is made from", async (t) => {
  const { root } = makeMachine(t);
  const jar = join(root, "b.jar");
  writeFileSync(jar, "jar");
  const first = await writeTar(entries(jar), join(root, "1.tar"));
  utimesSync(jar, 1, 1);
  const second = await writeTar(entries(jar).toReversed(), join(root, "2.tar"));
  assert.deepEqual(second, first);
  const bytes = readFileSync(join(root, "1.tar"));
  assert.deepEqual(bytes, readFileSync(join(root, "2.tar")));
  assert.equal(first.size, bytes.length);
  assert.equal(first.digest, createHash("sha256").update(bytes).digest("hex"));
});

test("a layer: tar sees owners, modes, one time, and a directory above each entry", async (t) => {
  const { root } = makeMachine(t);
  writeFileSync(join(root, "b.jar"), "jar");
  await writeTar(entries(join(root, "b.jar")), join(root, "1.tar"));
  const env = { PATH: process.env.PATH, TZ: "UTC" };
  const listed = await run("tar", ["--numeric-owner", "-tvf", join(root, "1.tar")], { env });
  const rows = listed.trim().split("\n");
  assert.deepEqual(
    rows.map((row) => row.replace(/ +/g, " ").replace(" 2024-01-01 00:00", "")),
    [
      "lrwxrwxrwx 0/0 0 bin -> usr/bin",
      "drwxr-xr-x 0/0 0 etc",
      "-rw-r--r-- 0/0 5 etc/passwd",
      "drwxr-xr-x 0/0 0 opt",
      "-rw-r--r-- 0/0 3 opt/b.jar",
      "drwxr-xr-x 0/0 0 var",
      "drwxrwxr-x 1000/0 0 var/data",
    ],
  );
});

test("a layer: a path that comes twice, and a file that has gone, are errors", async (t) => {
  const { root } = makeMachine(t);
  const twice: Entry[] = [1, 2].map(() => ({ kind: "text", path: "etc/passwd", text: "" }));
  await assert.rejects(writeTar(twice, join(root, "1.tar")), /etc\/passwd would be in the archive twice/);
  await assert.rejects(writeTar(entries(join(root, "gone")), join(root, "1.tar")), /ENOENT/);
});

test("a tree: files and links where they are wanted, executable or not whatever the umask", (t) => {
  const { root } = makeMachine(t);
  mkdirSync(join(root, "tree/lib"), { recursive: true });
  writeFileSync(join(root, "tree/lib/a.so"), "12");
  writeFileSync(join(root, "tree/lib/run"), "");
  writeFileSync(join(root, "tree/manual"), "");
  chmodSync(join(root, "tree/lib/a.so"), 0o600);
  chmodSync(join(root, "tree/lib/run"), 0o700);
  symlinkSync("a.so", join(root, "tree/lib/a.so.1"));
  const found = entriesOf(join(root, "tree"), (path) =>
    path === "manual" ? undefined : merged(path, ["bin", "lib"]),
  ).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  assert.deepEqual(found, [
    { kind: "file", path: "usr/lib/a.so", from: join(root, "tree/lib/a.so"), size: 2, mode: 0o644 },
    { kind: "link", path: "usr/lib/a.so.1", to: "a.so" },
    { kind: "file", path: "usr/lib/run", from: join(root, "tree/lib/run"), size: 0, mode: 0o755 },
  ]);
  assert.equal(merged("library/x", ["lib"]), "library/x");
});
