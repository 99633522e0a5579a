import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { baseDirectory, ensureBase, knownBase } from "../../../toolchain/image/base.ts";
import { makeMachine } from "../machine.ts";
import { noDebian } from "./containers.ts";

const skip = noDebian() ?? false;

test("an image's base: made again somewhere else, it has the same bytes", { skip, timeout: 300_000 }, async (t) => {
  const first =
    knownBase(process.env) ?? (await ensureBase({ env: process.env, yes: false, progress: () => undefined }));
  // Another home, cache and locale; of the environment only what finds programs.
  const { setup, told } = makeMachine(t);
  setup.env.PATH = process.env.PATH;
  const second = await ensureBase(setup);
  if (JSON.stringify(second.packages) !== JSON.stringify(first.packages))
    return t.skip("Debian has newer packages than those of the base in this machine's cache");
  assert.equal(second.digest, first.digest);
  assert.deepEqual(readdirSync(baseDirectory(setup.env)).toSorted(), [".kafka-stacks.json", "base.json", "layer.tar"]);
  assert.deepEqual(readdirSync(join(setup.env.KAFKA_STACKS_CACHE ?? "", "image")).length, 1, "no lock, nothing aside");
  assert.match(told.join("\n"), /✓ make the image's base/);

  const before = told.length;
  assert.deepEqual(await ensureBase(setup), second);
  assert.equal(told.length, before, "the second time nothing is done");
});
