import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { projectRoot } from "../../infra/paths.ts";
import { type Holder, releaseExclusive, takeExclusive } from "../../toolchain/exclusive.ts";
import { processStart } from "../../toolchain/process.ts";

const folder = mkdtempSync(path.join(tmpdir(), "kafka-stacks-lock-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const newFile = (): string => path.join(folder, `${++count}`, "shop.json");
const write = (file: string, holder: object | string): void => {
  takeExclusive(file, "made");
  writeFileSync(file, typeof holder === "string" ? holder : JSON.stringify(holder));
};
const holderOf = (some: Partial<Holder>): Holder => ({
  id: "some",
  host: hostname(),
  pid: process.pid,
  start: processStart(process.pid)!,
  command: "roll",
  since: "2026-01-01T00:00:00.000Z",
  ...some,
});

test("who comes second is told who has it; released, it can be had again, and nothing is left", () => {
  const file = newFile();
  const first = takeExclusive(file, "roll");
  assert.ok("mine" in first && first.from === undefined);
  const second = takeExclusive(file, "down");
  assert.ok("held" in second);
  assert.deepEqual(second.held, first.mine);
  releaseExclusive(file, holderOf({ id: "other" }));
  assert.ok("held" in takeExclusive(file, "down"), "only its holder gives it up");
  releaseExclusive(file, first.mine);
  assert.deepEqual(readdirSync(path.dirname(file)), []);
  assert.ok("mine" in takeExclusive(file, "down"));
});

const dead: readonly (readonly [string, Holder])[] = [
  ["a process that is gone", holderOf({ pid: 2 ** 22 + 1 })],
  ["another process of its pid", holderOf({ start: "1" })],
];
for (const [what, holder] of dead)
  test(`the lock of ${what} is taken over, and whose it was is told`, () => {
    const file = newFile();
    write(file, holder);
    const taken = takeExclusive(file, "up");
    assert.ok("mine" in taken);
    assert.deepEqual(taken.from, holder);
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), taken.mine);
    assert.deepEqual(readdirSync(path.dirname(file)), ["shop.json"]);
  });

for (const torn of [
  "",
  '{"id":"some","pid":',
  "null",
  '{"id":"../x","host":"h","start":"1","command":"","since":"","pid":1}',
])
  test(`a lock that is torn is taken over: ${JSON.stringify(torn)}`, () => {
    const file = newFile();
    write(file, torn);
    const taken = takeExclusive(file, "up");
    assert.ok("mine" in taken);
    assert.equal(taken.from, null);
  });

test("a holder on another machine is never taken for dead", () => {
  const file = newFile();
  write(file, holderOf({ host: "elsewhere", pid: 2 ** 22 + 1 }));
  const taken = takeExclusive(file, "up");
  assert.ok("held" in taken && taken.held.host === "elsewhere");
});

test("a take-over that was killed in the middle is taken over too", () => {
  const file = newFile();
  write(file, holderOf({ id: "first", start: "1" }));
  writeFileSync(`${file}.first`, JSON.stringify(holderOf({ id: "second", start: "1" })));
  assert.ok("mine" in takeExclusive(file, "up"));
  assert.deepEqual(readdirSync(path.dirname(file)), ["shop.json"]);
});

test("of many processes that find a dead holder's lock at once, never two have it", { timeout: 60_000 }, async () => {
  const file = newFile();
  write(file, holderOf({ start: "1" }));
  const journal = path.join(folder, "journal");
  const contender = `
    import { appendFileSync } from "node:fs";
    import { releaseExclusive, takeExclusive } from ${JSON.stringify(path.join(projectRoot, "toolchain/exclusive.ts"))};
    let had = 0;
    for (let turn = 0; turn < 3000 && had < 60; turn++) {
      const taken = takeExclusive(process.argv[1], "work");
      if (!("mine" in taken)) continue;
      appendFileSync(process.argv[2], "in\\n");
      appendFileSync(process.argv[2], "out\\n");
      had++;
      // Some leave it behind, as a process that is killed does.
      if (had < 60) releaseExclusive(process.argv[1], taken.mine);
    }`;
  const start = (): ChildProcess =>
    spawn(process.execPath, ["--input-type=module", "-e", contender, file, journal], { stdio: "inherit" });
  await Promise.all(Array.from({ length: 4 }, () => new Promise((resolve) => start().on("close", resolve))));
  const lines = readFileSync(journal, "utf8").trim().split("\n");
  assert.ok(lines.length >= 8);
  assert.deepEqual(
    lines.filter((line, index) => line !== (index % 2 ? "out" : "in")),
    [],
  );
});
