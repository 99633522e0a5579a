import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { keepPrivate } from "../../../scripts/pulumi/private-folders.ts";

test("a state folder that is there is closed to others, and our folders in it; nothing else", (t) => {
  const home = mkdtempSync(path.join(tmpdir(), "kafka-stacks-private-"));
  t.after(() => rmSync(home, { recursive: true }));
  const at = (...names: string[]) => path.join(home, ...names);
  const mode = (folder: string) => (statSync(folder).mode & 0o7777).toString(8);
  for (const folder of [at("local", "dev"), at("kubernetes"), at("mine")]) mkdirSync(folder, { recursive: true });
  for (const folder of [home, at("local"), at("local", "dev"), at("kubernetes"), at("mine")]) chmodSync(folder, 0o755);
  keepPrivate(home);
  assert.deepEqual([home, at("local"), at("local", "dev"), at("kubernetes"), at("mine")].map(mode), [
    "700",
    "700",
    "700",
    "700",
    "755",
  ]);
  chmodSync(home, 0o1777);
  keepPrivate(home);
  assert.equal(mode(home), "1777", "a folder that many share");
});
