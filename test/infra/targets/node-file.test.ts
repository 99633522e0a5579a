import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { ADMIN_FILE } from "../../../infra/plan/identities.ts";
import { emptiedBut } from "../../../infra/targets/docker/provider/files-resource.ts";
import { driftedFiles, writeNodeFiles } from "../../../infra/targets/local/provider/node-files.ts";
import type { LocalNodeArgs } from "../../../infra/targets/local/render.ts";
import { nodeFile } from "../../../infra/targets/node-file.ts";

test("a binary file is what it was, under its own name; a text is itself", () =>
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: "grapheme" }), (bytes, text) => {
      assert.deepEqual(nodeFile("a.base64", Buffer.from(bytes).toString("base64")), ["a", Buffer.from(bytes)]);
      assert.deepEqual(nodeFile("a.conf", text), ["a.conf", Buffer.from(text)]);
    }),
  ));

test("the super user's password is taken from nodes that need it no more", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-test-"));
  const kept = () => readdirSync(path.join(directory, "config"));
  const write = (files: Record<string, string>) => writeNodeFiles({ directory, files } as unknown as LocalNodeArgs);
  try {
    write({ [ADMIN_FILE]: "kafka-admin=secret", t: "" });
    assert.deepEqual(kept(), [ADMIN_FILE, "t"]);
    write({ t: "" });
    assert.deepEqual(kept(), ["t"]);
    assert.deepEqual(emptiedBut({ t: "x" }), { [ADMIN_FILE]: "", t: "x" });
    assert.deepEqual(emptiedBut({ [ADMIN_FILE]: "kafka-admin=secret" }), { [ADMIN_FILE]: "kafka-admin=secret" });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a local node's binary files are private, and drift is seen in each byte", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-test-"));
  try {
    const keytab = Buffer.from([5, 2, 0, 0xff, 0x80]);
    const node = { directory, files: { "k.base64": keytab.toString("base64"), t: "text" } } as unknown as LocalNodeArgs;
    writeNodeFiles(node);
    const file = path.join(directory, "config", "k");
    assert.deepEqual(readdirSync(path.dirname(file)), ["k", "t"]);
    assert.deepEqual(readFileSync(file), keytab);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(driftedFiles(node), []);
    // As UTF-8 both are the same unknown sign.
    writeFileSync(file, keytab.with(4, 0x81));
    assert.deepEqual(driftedFiles(node), ["k"]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
