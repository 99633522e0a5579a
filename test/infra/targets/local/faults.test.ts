import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { nodeFaults } from "../../../../infra/targets/local/faults.ts";
import { launch, runningProcess, stop } from "../../../../infra/targets/local/provider/process.ts";
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
const start = () =>
  launch({ command: "/bin/sleep", args: ["600"], directory, pidFile, consoleLog: path.join(directory, "console.log") });
/** The letter that Linux has for the state of a process: T when it is stopped (proc(5)). */
const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]![0];
const linux = process.platform === "linux" ? false : "states of processes are read as Linux tells them";

test("a killed node is gone, and killing it again says so", async () => {
  start();
  await faults.kill(1);
  assert.equal(runningProcess(pidFile), undefined);
  await assert.rejects(faults.kill(1), /node 1 does not run/);
  await assert.rejects(faults.pause!(1, 1_000), /node 1 does not run/);
  await faults.resume!(1);
});

test("a paused node is frozen until it is resumed", { skip: linux }, async () => {
  const { pid } = start();
  await faults.pause!(1, 600_000);
  await eventually("frozen", () => stateOf(pid) === "T");
  await faults.resume!(1);
  await eventually("running", () => stateOf(pid) !== "T");
  await faults.kill(1);
});

test("it wakes by itself when nobody resumes it", { skip: linux }, async () => {
  const { pid } = start();
  await faults.pause!(1, 3_000);
  await eventually("frozen", () => stateOf(pid) === "T");
  await eventually("running", () => stateOf(pid) !== "T");
  await faults.kill(1);
});

test("a paused node can be killed", async () => {
  start();
  await faults.pause!(1, 600_000);
  await faults.kill(1);
  await faults.resume!(1);
  assert.equal(runningProcess(pidFile), undefined);
});
