import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { UserError } from "../../../../infra/errors.ts";
import { readKeptFile, writeKeptFile } from "../../../../infra/targets/decisions/kept-file.ts";

const NAME = "cluster.json";

function folder(t: TestContext): { readonly directory: string; readonly file: string } {
  const root = mkdtempSync(path.join(tmpdir(), "kafka-stacks-kept-"));
  t.after(() => rmSync(root, { recursive: true }));
  const directory = path.join(root, "new");
  return { directory, file: path.join(directory, NAME) };
}

const tears: readonly (readonly [what: string, tear: (file: string) => void])[] = [
  ["empty", (file) => truncateSync(file)],
  ["cut off", (file) => truncateSync(file, 9)],
  ["filled with zeros", (file) => writeFileSync(file, new Uint8Array(64))],
  ["no object", (file) => writeFileSync(file, "null")],
  ["gone", (file) => rmSync(file)],
];

for (const [what, tear] of tears)
  test(`a file that is ${what} is put back from its copy, so the cluster keeps its id`, (t) => {
    const { directory, file } = folder(t);
    writeKeptFile(directory, NAME, { clusterId: "first" });
    writeKeptFile(directory, NAME, { clusterId: "last" });
    tear(file);
    assert.deepEqual(readKeptFile(directory, NAME), { clusterId: "last" });
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { clusterId: "last" });
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

for (const [what, tear] of tears)
  test(`one that is ${what} without a whole copy is an error, never a new cluster`, (t) => {
    const { directory, file } = folder(t);
    writeKeptFile(directory, NAME, { clusterId: "last" });
    tear(file);
    truncateSync(`${file}.bak`, 5);
    const torn = existsSync(file) ? file : `${file}.bak`;
    assert.throws(
      () => readKeptFile(directory, NAME),
      (error: UserError) =>
        error instanceof UserError && error.message.startsWith(`${torn} is not whole`) && /backup/.test(error.next),
    );
  });

test("a torn copy does no harm, and nothing is nothing", (t) => {
  const { directory, file } = folder(t);
  assert.equal(readKeptFile(directory, NAME), undefined);
  writeKeptFile(directory, NAME, { clusterId: "last" });
  truncateSync(`${file}.bak`);
  assert.deepEqual(readKeptFile(directory, NAME), { clusterId: "last" });
});

test("an object that lacks what every file of its name has is not whole", (t) => {
  const { directory, file } = folder(t);
  const read = () => readKeptFile<{ readonly clusterId: string }>(directory, NAME, ["clusterId"]);
  writeKeptFile(directory, NAME, { clusterId: "last" });
  writeFileSync(file, "{}");
  assert.deepEqual(read(), { clusterId: "last" });
  for (const each of [file, `${file}.bak`]) writeFileSync(each, "{}");
  assert.throws(read, /is not whole/);
});
