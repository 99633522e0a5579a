import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { launch, launchedAs, launchKey, stop } from "../../../../infra/targets/local/provider/process.ts";
import { emptyTemporaryFolder } from "../../../../infra/targets/local/provider/temporary-folder.ts";
import { eventually } from "../../../helpers/eventually.ts";

const scratch = mkdtempSync(path.join(tmpdir(), "kafka-stacks-temporary ü "));
after(() => rmSync(scratch, { recursive: true }));

const never = (message: string) => assert.fail(message);
const modeOf = (file: string) => statSync(file).mode & 0o777;

test("it is the node's alone, and empty whatever the last process left", () => {
  const folder = path.join(scratch, "node-1", "tmp");
  const options = [`-Djava.io.tmpdir=${folder}`];
  assert.deepEqual(emptyTemporaryFolder(folder, never), options);
  assert.equal(modeOf(folder), 0o700);
  mkdirSync(path.join(folder, "left"));
  writeFileSync(path.join(folder, "left", "libzstd.so"), "");
  execFileSync("chmod", ["777", folder]);
  assert.deepEqual(emptyTemporaryFolder(folder, never), options);
  assert.deepEqual([modeOf(folder), readdirSync(folder)], [0o700, []]);
});

test("where no library can be loaded from it, the system's is used, and that is said", (t) => {
  const folder = path.join(scratch, "noexec");
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "noexec,size=1m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    t.skip("nothing can be mounted here");
    return;
  }
  try {
    const said: string[] = [];
    assert.deepEqual(
      emptyTemporaryFolder(folder, (message) => said.push(message)),
      [],
    );
    assert.deepEqual(said, [
      `${folder} is mounted noexec, and Kafka loads its codecs from there: the system's temporary folder is used`,
    ]);
    assert.deepEqual(readdirSync(folder), []);
  } finally {
    execFileSync("umount", [folder]);
  }
});

test("a process that was started without one, by an earlier release, is no other process", async () => {
  const [pidFile, consoleLog] = [path.join(scratch, "node.pid"), path.join(scratch, "console.log")];
  const start = { command: "/bin/sh", args: ["-c", 'echo "$0"; exec sleep 60', "first"], directory: scratch };
  launch({ ...start, pidFile, consoleLog }, ["-e"]);
  try {
    await eventually("it runs", () => existsSync(consoleLog) && readFileSync(consoleLog, "utf8") === "first\n");
    assert.equal(launchedAs(pidFile)?.launch, launchKey(start));
  } finally {
    await stop(pidFile, 5_000);
  }
});
