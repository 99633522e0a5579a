import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { removeTornLocks } from "../../../toolchain/backend/locks.ts";
import { repairBackend } from "../../../toolchain/backend/repair.ts";
import { BACKUP, checkpoint, HISTORY, LOCK, put, STATE } from "./kept.ts";

function backend(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "kafka-stacks-backend-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  put(root, ".pulumi/meta.yaml", "version: 1\n");
  return root;
}

const torn: readonly (readonly [what: string, content: string | Uint8Array])[] = [
  ["is empty", ""],
  ["is cut off", checkpoint("now").slice(0, 100)],
  ["is filled with zeros", new Uint8Array(4096)],
  ["is a cut-off gzip", gzipSync(checkpoint("now")).subarray(0, 60)],
  ["is another document", "null"],
];

for (const [what, content] of torn)
  test(`a state that ${what} is put back from the newest copy that is whole`, (t) => {
    const root = backend(t);
    const file = put(root, STATE, content);
    put(root, `${STATE}.bak`, checkpoint("older").slice(0, 50), 1);
    put(root, BACKUP, checkpoint("newest"), 2);
    put(root, HISTORY, checkpoint("oldest"), 3);
    const { states, notices, lost } = repairBackend(root);
    assert.equal(readFileSync(file, "utf8"), checkpoint("newest"));
    assert.deepEqual([states.map(({ stack }) => stack), lost.size, notices.length], [["dev"], 0, 1]);
    assert.match(notices[0]!, /^the state of stack dev .* put back from .*dev\.1796093262174819328\.json of /);
    assert.equal(existsSync(`${file}.torn`), content.length > 0);
    assert.deepEqual(repairBackend(root).notices, [], "once");
  });

for (const [ending, compress] of [
  [".gz", gzipSync],
  [".zst", zstdCompressSync],
] as const)
  test(`compressed states and copies are read: ${ending}`, (t) => {
    const root = backend(t);
    put(root, `${STATE}${ending}`, compress(checkpoint("now")));
    assert.deepEqual(repairBackend(root).notices, []);
    put(root, `${STATE}${ending}`, "");
    put(root, `${STATE}${ending}.bak`, compress(checkpoint("before")));
    assert.equal(repairBackend(root).notices.length, 1);
    assert.equal(readFileSync(join(root, STATE), "utf8"), checkpoint("before"));
    assert.ok(!existsSync(join(root, `${STATE}${ending}`)), "Pulumi reads the newest of several");
  });

test("without a copy nothing is changed, and the error says what to do", (t) => {
  const root = backend(t);
  const file = put(root, STATE, "{");
  put(root, BACKUP, "");
  put(root, ".pulumi/stacks/kafka-stacks/other.json", checkpoint("other"));
  const { states, lost } = repairBackend(root);
  assert.equal(readFileSync(file, "utf8"), "{");
  assert.deepEqual([states.map(({ stack }) => stack), [...lost.keys()]], [["other"], ["dev"]]);
  assert.match(lost.get("dev")!.message, new RegExp(`${file}.* is not whole`));
  assert.match(lost.get("dev")!.next, /put that file back from your backup/);
});

test("what is whole is left alone, and so is a backend that is not there", (t) => {
  const root = backend(t);
  put(root, STATE, checkpoint("now"));
  const lock = put(root, LOCK, JSON.stringify({ pid: 1, username: "ann", hostname: "box" }));
  assert.deepEqual(repairBackend(root).notices, []);
  assert.ok(existsSync(lock));
  assert.deepEqual(repairBackend(join(root, "none")).notices, []);
});

for (const [what, content] of [
  ["empty", ""],
  ["cut off", '{"pid":42,"user'],
  ["filled with zeros", new Uint8Array(64)],
] as const)
  test(`a lock that is ${what} goes, unless a Pulumi runs that may have written it`, (t) => {
    const root = backend(t);
    const lock = put(root, LOCK, content, 60);
    const since = (seconds: number) => () => [{ pid: 42, sinceMs: Date.now() - seconds * 1000 }];
    assert.throws(() => removeTornLocks(root, since(120)), /a Pulumi that may hold it runs \(process 42\)/);
    assert.ok(existsSync(lock));
    const notices = removeTornLocks(root, since(30));
    assert.match(notices.join(), /^removed the lock .*1c3a\.json: it was not whole/);
    assert.ok(!existsSync(lock));
    assert.deepEqual(removeTornLocks(root), []);
  });

test("a description of the layout that is not whole is written again", (t) => {
  const root = backend(t);
  const meta = put(root, ".pulumi/meta.yaml", "");
  put(root, STATE, checkpoint("now"));
  assert.equal(repairBackend(root).notices.length, 1);
  assert.equal(readFileSync(meta, "utf8"), "version: 1\n");
});
