import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { test } from "node:test";
import { eventually } from "../../helpers/eventually.ts";

const CHILD = path.join(import.meta.dirname, "interrupt-child.ts");
const SAID = "ready\ninterrupted: tidying up; next: try it again\n";
const AGAIN = /^ready\ninterrupted: tidying up; next: .*\ninterrupted again: ended at once; next: .*\n$/;

/** What work of each kind says, and its exit code. */
const rows: readonly (readonly [what: string, kind: string, code: number, stderr: string])[] = [
  ["work that listens tidies up", "listens", 130, `${SAID}tidied\n`],
  ["work that does not listen is abandoned", "deaf", 130, SAID],
  ["an orderly end takes its time", "orderly", 130, `${SAID}tidied\n`],
  ["work that had just ended counts as interrupted", "ended", 130, SAID],
  ["what ends in order speaks, once, for what is around it", "nested", 130, `${SAID}tidied\n`],
  ["what heals afterwards is not interrupted", "healing", 130, `${SAID}tidied\nhealed\n`],
  ["where Ctrl-C is the way out it is no failure", "wayOut", 0, "ready\ntidied\n"],
  ["nor where the work does not listen", "deafWayOut", 0, "ready\n"],
];

for (const signal of ["SIGINT", "SIGTERM"] as const)
  for (const [what, kind, code, said] of rows)
    test(`${signal}: ${what}`, { concurrency: true }, async (t) => {
      const { child, stderr, closed } = await begun(kind, (kill) => t.after(kill));
      child.kill(signal);
      assert.deepEqual(await closed, [code, null]);
      assert.equal(stderr(), said);
    });

test("a second Ctrl-C ends at once what ends in order", async (t) => {
  const { child, stderr, closed } = await begun("endless", (kill) => t.after(kill));
  child.kill("SIGINT");
  await eventually("the first was heard", () => stderr().includes("interrupted: "));
  child.kill("SIGINT");
  assert.deepEqual(await closed, [130, null]);
  assert.match(stderr(), AGAIN);
});

async function begun(kind: string, after: (kill: () => void) => void) {
  const child = spawn(process.execPath, [CHILD, kind], { stdio: ["ignore", "ignore", "pipe"] });
  after(() => child.kill("SIGKILL"));
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const closed = once(child, "close");
  await eventually("the work has begun", () => text.includes("ready\n"));
  return { child, stderr: () => text, closed };
}
