import assert from "node:assert/strict";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { nodeFaults } from "../../../../../infra/targets/local/faults.ts";
import { temporaryHome } from "../../../../helpers/cli.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { unprepared } from "../../../../soak/cluster.ts";
import { moveToSlowDisk } from "../../../../soak/disks.ts";

const { home, remove } = temporaryHome();
const directory = path.join(home, "node-1");
const { slow } = nodeFaults(home).lasting;
/** Eight seconds of the slow disk, of which two may come at once. */
const BYTES = 512 * 1024;

test("a directory on the machine's own disk is never slowed", async () => {
  mkdirSync(path.join(home, "node-2", "data"), { recursive: true });
  writeFileSync(path.join(home, "node-2", "disk-rate"), "1000G");
  assert.match((await slow!.unfit!(2))!, /no disk of its own whose speed can be set/);
  await assert.rejects(slow!.begin(2, 1_000), /no disk of its own/);
  assert.equal(readFileSync(path.join(home, "node-2", "disk-rate"), "utf8"), "1000G");
});

describe("a disk whose speed stands in a file", { skip: unprepared("local", "slow") ?? false }, () => {
  let unmount: () => Promise<void>;
  const rate = () => readFileSync(path.join(directory, "disk-rate"), "utf8");
  before(async () => {
    mkdirSync(path.join(directory, "data"), { recursive: true });
    writeFileSync(path.join(directory, "data", "kept"), "kept");
    unmount = await moveToSlowDisk(directory, path.join(home, "slow"));
  });
  after(async () => {
    await unmount();
    remove();
  });

  test("is slow until it is ended, and keeps what lay there", async () => {
    assert.equal(await slow!.unfit!(1), undefined);
    await slow!.begin(1, 600_000);
    assert.notEqual(rate(), "1000G");
    const begunAt = performance.now();
    flushed(path.join(directory, "data", "some"));
    assert.ok(performance.now() - begunAt > 3_000);
    await slow!.end(1);
    assert.equal(rate(), "1000G");
    assert.equal(readFileSync(path.join(directory, "data", "kept"), "utf8"), "kept");
  });

  test("is as fast as before when nobody ends it, or somebody else does", async () => {
    await slow!.begin(1, 1_000);
    await eventually("it is fast", () => rate() === "1000G");
    await slow!.begin(1, 600_000);
    await nodeFaults(home).lasting.slow!.end(1);
    assert.equal(rate(), "1000G");
    await slow!.end(1);
  });
});

function flushed(file: string): void {
  const descriptor = openSync(file, "w");
  writeSync(descriptor, Buffer.alloc(BYTES, "x"));
  fsyncSync(descriptor);
  closeSync(descriptor);
}
