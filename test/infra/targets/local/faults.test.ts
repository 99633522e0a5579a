import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { nodeFaults } from "../../../../infra/targets/local/faults.ts";
import { launch, runningProcess, stop } from "../../../../infra/targets/local/provider/process.ts";
import { FAULTS, isLasting } from "../../../../scripts/ops/chaos/faults.ts";
import { temporaryHome } from "../../../helpers/cli.ts";
import { eventually } from "../../../helpers/eventually.ts";

const { home, remove } = temporaryHome();
const directory = path.join(home, "node-1");
const pidFile = path.join(directory, "node.pid");
mkdirSync(directory);
after(async () => {
  await stop(pidFile, 0);
  remove();
});

const faults = nodeFaults(home);
const pause = faults.lasting.pause!;
const fill = faults.lasting.fill!;
const start = () =>
  launch({ command: "/bin/sleep", args: ["600"], directory, pidFile, consoleLog: path.join(directory, "console.log") });
/** The letter that Linux has for the state of a process: T when it is stopped (proc(5)). */
const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]![0];
const linux = process.platform === "linux" ? false : "states of processes are read as Linux tells them";

test("what the table says to make sense here can be done here", () => {
  for (const { action, name, senseless } of FAULTS)
    if (isLasting(action)) assert.equal(faults.lasting[action] !== undefined, senseless.local === undefined, name);
});

test("a killed node is gone, and killing it again says so", async () => {
  start();
  await faults.kill(1);
  assert.equal(runningProcess(pidFile), undefined);
  await assert.rejects(faults.kill(1), /node 1 does not run/);
  await assert.rejects(pause.begin(1, 1_000), /node 1 does not run/);
  await pause.end(1);
});

test("a paused node is frozen until it is resumed", { skip: linux }, async () => {
  const { pid } = start();
  await pause.begin(1, 600_000);
  await eventually("frozen", () => stateOf(pid) === "T");
  await pause.end(1);
  await eventually("running", () => stateOf(pid) !== "T");
  await faults.kill(1);
});

test("it wakes by itself when nobody resumes it", { skip: linux }, async () => {
  const { pid } = start();
  await pause.begin(1, 3_000);
  await eventually("frozen", () => stateOf(pid) === "T");
  await eventually("running", () => stateOf(pid) !== "T");
  await faults.kill(1);
});

test("a paused node can be killed", async () => {
  start();
  await pause.begin(1, 600_000);
  await faults.kill(1);
  await pause.end(1);
  assert.equal(runningProcess(pidFile), undefined);
});

describe("a disk of 4 MiB", { skip: canMount() }, () => {
  const data = path.join(directory, "data");
  const free = () => {
    const { bavail, bsize } = statfsSync(data);
    return bavail * bsize;
  };
  before(() => {
    mkdirSync(data);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", data]);
    writeFileSync(path.join(data, "kept"), "kept");
  });
  after(() => execFileSync("umount", [data]));

  test("is full until it is freed, and what lay there stays", async () => {
    assert.equal(await fill.unfit!(1), undefined);
    await fill.begin(1, 600_000);
    assert.equal(free(), 0);
    assert.throws(() => writeFileSync(path.join(data, "more"), "x".repeat(8_192)), /ENOSPC/);
    await fill.end(1);
    assert.ok(free() > 3_000_000);
    assert.equal(readFileSync(path.join(data, "kept"), "utf8"), "kept");
  });

  test("is freed by itself when nobody frees it", async () => {
    await fill.begin(1, 1_000);
    assert.equal(free(), 0);
    await eventually("freed", () => free() > 3_000_000);
    await fill.end(1);
  });
});

test("a directory that is no file system of its own is never filled", async () => {
  mkdirSync(path.join(home, "node-2", "data"), { recursive: true });
  assert.match((await fill.unfit!(2))!, /no file system of its own/);
  await assert.rejects(fill.begin(2, 1_000), /no file system of its own below 1 GiB/);
  assert.deepEqual(readdirSync(path.join(home, "node-2", "data")), []);
});

function canMount(): false | string {
  const place = mkdtempSync(path.join(tmpdir(), "kafka-stacks-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place], { stdio: "ignore" });
    execFileSync("umount", [place]);
    return false;
  } catch {
    return "nothing can be mounted here: it takes Linux and root";
  } finally {
    rmSync(place, { recursive: true });
  }
}
