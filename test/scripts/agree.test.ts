import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { UserError } from "../../infra/errors.ts";
import { projectRoot } from "../../infra/paths.ts";
import { type Agreement, actAsAgreed } from "../../scripts/agree.ts";
import { ExitError } from "../../scripts/ui/output.ts";
import { withStackLock } from "../../toolchain/stack-lock.ts";

const home = mkdtempSync(path.join(tmpdir(), "kafka-stacks-agree-"));
process.env.KAFKA_STACKS_HOME = home;
after(() => rmSync(home, { recursive: true, force: true }));
const lock = path.join(home, "locks", "shop.json");

let done: unknown[] = [];
beforeEach(() => {
  done = [];
});

/** Of a cluster with topics to delete; what is there may change while the question stands. */
function agreement(looks: string[][], some: Partial<Agreement<string[]>> = {}): Agreement<string[]> {
  return {
    stack: "shop",
    command: "topics apply",
    yes: false,
    look: async () => {
      done.push(existsSync(lock) ? "looks, locked" : "looks");
      return looks.shift()!;
    },
    isDone: (found) => found.length === 0,
    agreedOn: (found) => found,
    show: (found) => void done.push(`shows ${found}`),
    ask: async () => {
      done.push("asks");
      return true;
    },
    act: async (_, now) => {
      assert.ok(existsSync(lock), "it acts under the lock");
      done.push(`deletes ${now}`);
    },
    ...some,
  };
}

test("what was agreed to is looked at again under the lock, then done", async () => {
  assert.deepEqual(await actAsAgreed(agreement([["a"], ["a"]])), ["a"]);
  assert.deepEqual(done, ["looks", "shows a", "asks", "looks, locked", "deletes a"]);
  assert.ok(!existsSync(lock));
});

test("what changed while the question stood is not done", async () => {
  await assert.rejects(actAsAgreed(agreement([["a"], ["a", "b"]])), (error) => {
    assert.ok(error instanceof UserError && error.exitCode === 1);
    assert.match(error.message, /^nothing was done: what "topics apply" would do to shop has changed/);
    return true;
  });
  assert.deepEqual(done.at(-1), "looks, locked");
  assert.ok(!existsSync(lock));
});

test("what somebody else has done meanwhile is no agreement either", async () => {
  await assert.rejects(actAsAgreed(agreement([["a"], []])), UserError);
});

test("with --yes the first look is under the lock", async () => {
  await actAsAgreed(agreement([["a"]], { yes: true }));
  assert.deepEqual(done, ["looks, locked", "shows a", "asks", "deletes a"]);
});

test("a no, and nothing to do, take no lock", async () => {
  await assert.rejects(actAsAgreed(agreement([["a"]], { ask: async () => false })), ExitError);
  assert.deepEqual(await actAsAgreed(agreement([[]])), []);
  assert.ok(!done.includes("looks, locked"));
});

test("a second operator learns who changes the stack, before anything is looked at", async () => {
  const holder = spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { holdStackLock } from ${JSON.stringify(path.join(projectRoot, "toolchain/stack-lock.ts"))};
       holdStackLock("shop", { command: "replace-node 2", say() {} });
       console.log("held");
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(holder.stdout, "data");
  const refused = actAsAgreed(agreement([["a"]], { yes: true }));
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof UserError);
    const { since } = JSON.parse(readFileSync(lock, "utf8"));
    const who = `"replace-node 2" (process ${holder.pid}, since ${since})`;
    assert.equal(error.message, `nothing was done: shop is being changed by ${who}`);
    assert.match(error.next, /^wait until it has ended/);
    return true;
  });
  assert.deepEqual(done, []);
  holder.kill("SIGINT");
  await once(holder, "exit");
  assert.deepEqual(readdirSync(path.dirname(lock)), [], "an interrupted holder leaves no lock");
});

test("a lock that is taken over is said, and one of another machine comes with what to do", async () => {
  const said: string[] = [];
  const options = { command: "down", say: (line: string) => void said.push(line) };
  mkdirSync(path.dirname(lock), { recursive: true });
  writeFileSync(lock, "");
  await withStackLock("shop", options, async () => {
    await withStackLock("shop", options, async () => {});
    assert.ok(existsSync(lock), "the inner one is part of the outer one");
  });
  assert.match(said[0]!, /^the lock of shop was torn/);
  const away = { id: "x", host: "elsewhere", pid: 1, start: "1", command: "roll", since: "2026-01-01T00:00:00.000Z" };
  writeFileSync(lock, JSON.stringify(away));
  await assert.rejects(
    withStackLock("shop", options, async () => {}),
    (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /"roll" \(process 1 on elsewhere, since/);
      assert.ok(error.next.includes(`rm '${lock}'`));
      return true;
    },
  );
  rmSync(lock);
});
