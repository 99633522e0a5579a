import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { directoryIdOf, prepareStorage } from "../../../../infra/targets/local/provider/storage.ts";
import type { LocalNodeArgs } from "../../../../infra/targets/local/render.ts";

const cluster = mkdtempSync(path.join(tmpdir(), "kafka-stacks-storage-"));
after(() => rmSync(cluster, { recursive: true }));
/** A batch of records, as far as anything here looks at it: the offset, the length, the rest. */
const LEVELS = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 1]);
const FIRST = "0U5CIlg8M779mwIjKAiDOg";

const controller = (nodeId: number): LocalNodeArgs => ({
  nodeId,
  roles: ["controller"],
  directory: path.join(cluster, `node-${nodeId}`),
  clusterId: "some-id",
  kafkaVersion: "4.3.1",
  mainClass: "kafka.Kafka",
  configFile: "server.properties",
  files: { "server.properties": "process.roles=controller\n" },
  jvmOptions: [],
  endpoints: {},
  quorum: "dynamic",
});

test("a first voter takes the storage that names it once; without its data it is somebody else", () => {
  const initial = path.join(cluster, "initial", "1001");
  mkdirSync(initial, { recursive: true });
  writeFileSync(path.join(initial, "meta.properties"), `version=1\nnode.id=1001\ndirectory.id=${FIRST}\n`);
  writeFileSync(path.join(initial, "voters"), "");
  writeFileSync(path.join(cluster, "bootstrap.checkpoint"), LEVELS);
  const [first, later] = [controller(1001), controller(1004)];
  const data = path.join(first.directory, "data");

  prepareStorage(first);
  assert.equal(directoryIdOf(first), FIRST);
  assert.ok(existsSync(path.join(data, "voters")) && !existsSync(initial), "moved, with all that it holds");
  prepareStorage(first);
  assert.equal(directoryIdOf(first), FIRST, "data that is there is left as it is");

  rmSync(data, { recursive: true });
  for (const node of [first, later]) {
    prepareStorage(node);
    assert.match(directoryIdOf(node), /^[\w-]{22}$/);
    assert.notEqual(directoryIdOf(node), FIRST);
    assert.ok(existsSync(path.join(node.directory, "data", "bootstrap.checkpoint")));
    assert.ok(!existsSync(path.join(node.directory, "data", "voters")));
  }
});

for (const [what, torn] of [
  ["empty", new Uint8Array()],
  ["cut off", LEVELS.subarray(0, 13)],
  ["filled with zeros", new Uint8Array(64)],
] as const)
  test(`where the cluster's own bootstrap.checkpoint is ${what}, a node begins with that of another`, () => {
    const own = path.join(cluster, "bootstrap.checkpoint");
    const copy = (id: number) => path.join(cluster, `node-${id}`, "data", "bootstrap.checkpoint");
    for (const id of [1001, 1004, 1005]) rmSync(path.join(cluster, `node-${id}`), { recursive: true, force: true });
    writeFileSync(own, torn);
    assert.throws(() => prepareStorage(controller(1004)), /is not whole, and no node has a copy/);
    writeFileSync(own, LEVELS);
    prepareStorage(controller(1004));
    writeFileSync(own, torn);
    prepareStorage(controller(1005));
    assert.deepEqual(new Uint8Array(readFileSync(copy(1005))), LEVELS);
  });
