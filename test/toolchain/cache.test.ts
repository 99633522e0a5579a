import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillCache, fromCache } from "../../toolchain/cache.ts";
import { isIntact } from "../../toolchain/manifest.ts";
import { makeMachine } from "./machine.ts";

const CHILD = join(import.meta.dirname, "cache-child.ts");

const damages: Record<string, { damage(directory: string): void; intact: boolean }> = {
  "nothing happened": { damage: () => undefined, intact: true },
  "a file was cut off": { damage: (directory) => truncateSync(join(directory, "a.jar"), 10), intact: false },
  "a crash left zeros in a file of the right size": {
    damage: (directory) => writeFileSync(join(directory, "a.jar"), Buffer.alloc(100_000)),
    intact: false,
  },
  "a middle byte changed and so did the time": {
    damage(directory) {
      const bytes = readFileSync(join(directory, "a.jar"));
      bytes[50_000] = 1;
      writeFileSync(join(directory, "a.jar"), bytes);
    },
    intact: false,
  },
  "a file was added": { damage: (directory) => writeFileSync(join(directory, "b.jar"), "b"), intact: false },
  "only times changed (the cache was copied)": {
    damage: (directory) => utimesSync(join(directory, "a.jar"), 1, 1),
    intact: true,
  },
  "the manifest is gone": {
    damage: (directory) => writeFileSync(join(directory, ".kafka-stacks.json"), ""),
    intact: false,
  },
};

for (const [name, { damage, intact }] of Object.entries(damages)) {
  test(`cache: ${name}`, async (t) => {
    const { root, setup, told } = makeMachine(t);
    const directory = join(root, "entry");
    await fillCache(directory, setup.progress, fill);
    damage(directory);
    assert.equal(await isIntact(directory), intact);
    assert.equal(await fromCache(directory, setup.progress), intact ? directory : undefined);
    assert.equal(told.length, intact ? 0 : 1);
    await fillCache(directory, setup.progress, fill);
    assert.equal(await isIntact(directory), true);
    assert.deepEqual(readdirSync(root), ["entry"], "no lock and no leftovers");
  });
}

test("cache: a filler killed half-way leaves nothing to be seen, and its leftovers and lock are swept", async (t) => {
  const { root, setup } = makeMachine(t);
  const directory = join(root, "entry");
  const child = fork(CHILD, [directory, "hang"]);
  await once(child, "message");
  assert.equal(existsSync(directory), false);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(existsSync(directory), false);
  assert.equal(readdirSync(root).length, 2, "its lock and its half-filled directory are left");
  await fillCache(directory, setup.progress, fill);
  assert.deepEqual(readdirSync(root), ["entry"]);
});

test("cache: two processes at once fill it once", async (t) => {
  const { root } = makeMachine(t);
  const directory = join(root, "entry");
  const children = [1, 2, 3].map(() => fork(CHILD, [directory, "slow"]));
  const counts = await Promise.all(children.map(async (child) => (await once(child, "message"))[0]));
  assert.deepEqual(counts.toSorted(), ["filled", "found", "found"]);
  assert.equal(await isIntact(directory), true);
});

test("lock: a pid that another process has by now does not hold it", { timeout: 30_000 }, async (t) => {
  const { root, setup } = makeMachine(t);
  symlinkSync(`${process.pid}@not-my-start-time`, join(root, "entry.lock"));
  await fillCache(join(root, "entry"), setup.progress, fill);
});

test("cache: a fill that fails leaves the old entry alone", async (t) => {
  const { root, setup } = makeMachine(t);
  const directory = join(root, "entry");
  mkdirSync(directory);
  writeFileSync(join(directory, "old"), "");
  await assert.rejects(
    fillCache(directory, setup.progress, () => Promise.reject(new Error("no network"))),
    /no network/,
  );
  assert.deepEqual(readdirSync(root), ["entry"]);
  assert.deepEqual(readdirSync(directory), ["old"]);
});

async function fill(aside: string): Promise<void> {
  writeFileSync(join(aside, "a.jar"), Buffer.alloc(100_000, "kafka"));
  mkdirSync(join(aside, "sub"));
  writeFileSync(join(aside, "sub", "c"), "c");
}

test("cache: damage in the middle of a file, with its time kept, is noticed when the whole is read again", async (t) => {
  const { root, setup, told } = makeMachine(t);
  const directory = join(root, "entry");
  await fillCache(directory, setup.progress, fill);
  const file = join(directory, "a.jar");
  utimesSync(file, 1, 1);
  assert.ok(await isIntact(directory), "and the manifest has this time");
  const bytes = readFileSync(file);
  bytes[50_000]! ^= 1;
  writeFileSync(file, bytes);
  utimesSync(file, 1, 1);
  const dayMs = 86_400_000;
  assert.equal(await fromCache(directory, setup.progress, dayMs), directory, "it was read less than a day ago");
  const manifest = join(directory, ".kafka-stacks.json");
  utimesSync(manifest, new Date(), new Date(Date.now() - 2 * dayMs));
  assert.equal(await fromCache(directory, setup.progress, dayMs), undefined);
  assert.match(told.at(-1) ?? "", /does not match its manifest .*: making it again$/);
  assert.equal(await fromCache(directory, setup.progress), undefined, "from now on, also by a quick look");
  await fillCache(directory, setup.progress, fill);
  assert.equal(await fromCache(directory, setup.progress, dayMs), directory);
});
