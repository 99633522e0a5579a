import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { test } from "node:test";
import { eventually } from "../../helpers/eventually.ts";

const CHILD = path.join(import.meta.dirname, "confirm-child.ts");

/** What a person types, and how the command then ends. */
const rows: readonly (readonly [name: string, keys: string, code: number])[] = [
  ["y", "y\n", 0],
  ["Yes", " Yes \n", 0],
  ["n", "n\n", 1],
  ["nothing", "\n", 1],
  ["another word", "yeah\n", 1],
  ["Ctrl-C", "\x03", 130],
  ["Ctrl-D", "\x04", 130],
];

for (const [name, keys, code] of rows)
  test(`confirm: ${name} ends with ${code}`, async (t) => {
    const child = spawn(process.execPath, [CHILD], { stdio: ["pipe", "pipe", "pipe"] });
    t.after(() => child.kill("SIGKILL"));
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const closed = once(child, "close");
    await eventually("the question is asked", () => stderr.includes("Go on? [y/N] "));
    child.stdin.end(keys);
    assert.deepEqual(await closed, [code, null]);
    assert.equal(stdout, "", "questions are no result");
    assert.doesNotMatch(stderr, /error:/);
  });
