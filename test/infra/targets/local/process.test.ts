import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import {
  identify,
  launch,
  launchedAs,
  runningProcess,
  stop,
} from "../../../../infra/targets/local/provider/process.ts";
import { eventually } from "../../../helpers/eventually.ts";

const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-process-"));
after(() => rmSync(directory, { recursive: true }));
const pidFile = path.join(directory, "node.pid");
const consoleLog = path.join(directory, "console.log");

function start(script: string) {
  return launch({ command: "/bin/sh", args: ["-c", script], directory, pidFile, consoleLog });
}

/** A signal that comes before the script has begun would end it before it says or traps anything. */
const said = (text: string) =>
  eventually(`"${text}" in the console log`, () => readFileSync(consoleLog, "utf8") === `${text}\n`);

test("a launched process is known by its pid file and ended by SIGTERM", async () => {
  const started = start("echo up; exec sleep 60");
  assert.deepEqual(runningProcess(pidFile), started);
  await said("up");
  assert.equal(await stop(pidFile, 5_000), true);
  assert.equal(identify(started.pid), undefined);
  assert.equal(existsSync(pidFile), false);
  assert.equal(readFileSync(consoleLog, "utf8"), "up\n");
});

test("a process that ignores SIGTERM is killed after the grace", async () => {
  const started = start("trap '' TERM; echo deaf; while :; do sleep 0.1; done");
  await said("deaf");
  assert.equal(await stop(pidFile, 300), false);
  assert.equal(identify(started.pid), undefined);
});

test("a recycled pid is never taken for the node, nor signalled", async () => {
  const stranger = start("exec sleep 60");
  const forged = { pid: stranger.pid, started: "another boot/1" };
  writeFileSync(pidFile, JSON.stringify(forged));
  assert.equal(runningProcess(pidFile), undefined);
  await stop(pidFile, 100);
  assert.ok(identify(stranger.pid), "the stranger still runs");
  process.kill(stranger.pid, "SIGKILL");
});

test("a node whose pid file is gone or torn is found by its command line, and stopped", async () => {
  writeFileSync(pidFile, "{");
  assert.equal(runningProcess(pidFile), undefined);
  const node = ["-c", "sleep 60; :", "kafka.Kafka", path.join(directory, "config", "server.properties")];
  const { pid } = spawn("/bin/sh", node, { argv0: "/opt/java", stdio: "ignore" });
  const editor = spawn("/bin/sh", [...node.slice(0, 2), "vi", node[3]!], { argv0: "/opt/java", stdio: "ignore" });
  await eventually("both run", () => identify(pid!) !== undefined && identify(editor.pid!) !== undefined);
  await eventually("torn", () => runningProcess(pidFile)?.pid === pid);
  assert.deepEqual(launchedAs(pidFile), {}, "nothing tells how it was launched");
  rmSync(pidFile);
  assert.equal(runningProcess(pidFile)?.pid, pid, "gone");
  await stop(pidFile, 5_000);
  assert.equal(identify(pid!), undefined);
  assert.ok(identify(editor.pid!), "what only reads its files still runs");
  editor.kill("SIGKILL");
});

test("the console output of the run before is kept", async () => {
  start("echo first; exec sleep 60");
  await said("first");
  await stop(pidFile, 5_000);
  start("echo second; exec sleep 60");
  await said("second");
  await stop(pidFile, 5_000);
  assert.equal(readFileSync(`${consoleLog}.1`, "utf8"), "first\n");
  assert.equal(readFileSync(consoleLog, "utf8"), "second\n");
});
