import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { UserError } from "../../infra/errors.ts";
import { diskFault } from "../../toolchain/disk-fault.ts";
import { requireRoom } from "../../toolchain/room.ts";
import { pulumiEnvironment } from "../../toolchain/state.ts";
import { writeWhole } from "../../toolchain/write-whole.ts";

const skip =
  process.platform === "linux" && process.getuid?.() === 0 ? false : "needs root on Linux, to mount a file system";

/** A file system of its own, which goes with the test. */
function mounted(t: TestContext, options: string): string {
  const place = mkdtempSync(join(tmpdir(), "kafka-stacks-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", place]);
  t.after(() => {
    execFileSync("umount", [place]);
    rmSync(place, { recursive: true });
  });
  return place;
}

test("a file is written whole or not at all: on a full disk the one before stays", { skip }, (t) => {
  const disk = mounted(t, "size=64k");
  const file = join(disk, "file");
  writeWhole(file, "before", 0o600);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.throws(
    () => writeWhole(file, "x".repeat(100_000), 0o600),
    (error: UserError) => error instanceof UserError && error.message === `the file system of ${file} is full`,
  );
  assert.deepEqual([readFileSync(file, "utf8"), readdirSync(disk)], ["before", ["file"]]);
});

test("a folder that is mounted read-only is named, whatever would be written there", { skip }, (t) => {
  const disk = mounted(t, "size=64k");
  execFileSync("mount", ["-o", "remount,ro", disk]);
  const env = {
    ...process.env,
    KAFKA_STACKS_HOME: join(disk, "state"),
    PULUMI_BACKEND_URL: "",
    PULUMI_ACCESS_TOKEN: "",
  };
  const thrown = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return diskFault(error) ?? error;
    }
    return assert.fail("it was written");
  };
  const fault = thrown(() => pulumiEnvironment({ ...env, PULUMI_CREDENTIALS_PATH: disk }));
  assert.match(String(fault), new RegExp(`${disk}\\S* is on a file system that is mounted read-only`));
  assert.match(String(thrown(() => writeWhole(join(disk, "file"), ""))), /mounted read-only/);
});

test("too little room is refused, with the folder named that is there", { skip }, (t) => {
  const disk = mounted(t, "size=1m");
  requireRoom([disk], 500_000);
  assert.throws(() => requireRoom([tmpdir(), join(disk, "not/there/yet")], 50_000_000), {
    message: new RegExp(`^the file system of ${disk} has 1\\.0 MB free, and 50 MB are wanted`),
  });
});

test("where the system does not tell how much is free, nothing is refused", () => {
  requireRoom([tmpdir()], Number.MAX_VALUE, () => undefined);
});

for (const [code, wanted] of [
  ["ENOSPC", "the file system of /state/x is full"],
  ["EDQUOT", "your disk quota on the file system of /state/x is used up"],
  ["EROFS", "/state/x is on a file system that is mounted read-only"],
  ["EACCES", "you may not use /state/x"],
  ["EPERM", "the system does not permit the change of /state/x"],
  ["EIO", "the disk of /state/x reports errors"],
] as const)
  test(`what the system refuses has words and a next step: ${code}`, () => {
    const fault = diskFault(Object.assign(new Error(`${code}: …`), { code, path: "/state/x" }));
    assert.equal(fault?.message, wanted);
    assert.match(fault.next, /\/state/);
  });

test("other errors stay what they are", () => {
  assert.equal(diskFault(Object.assign(new Error("port"), { code: "EACCES", port: 80 })), undefined);
  assert.equal(diskFault(new Error("x")), undefined);
  assert.equal(diskFault("x"), undefined);
});

test("a file that was written aside by a killed run is no obstacle", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kafka-stacks-disk-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, `file.${process.pid}.new`), "half");
  writeWhole(join(folder, "file"), "whole");
  assert.deepEqual([readdirSync(folder), existsSync(join(folder, "file"))], [["file"], true]);
});
