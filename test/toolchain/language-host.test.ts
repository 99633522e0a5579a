import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { processStart } from "../../toolchain/process.ts";
import { locatePulumi } from "../../toolchain/pulumi.ts";
import { pulumiCommandEnvironment } from "../../toolchain/pulumi-command.ts";
import { eventually } from "../helpers/eventually.ts";

const pulumi = locatePulumi();
const root = join(import.meta.dirname, "..", "..");

/** What the tiny program does is asked of it by stack configuration. */
const PROGRAM = `
import { writeFileSync } from "node:fs";
import util from "node:util";
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
const what: string = config.get("what") ?? "";
console.log("a word on stdout");
console.log("inspected: " + JSON.stringify(util.inspect("x", { colors: true })));
if (what === "throw") throw new Error("told to throw");
if (what === "exit") process.exit(7);
if (what === "hang") { writeFileSync("hanging", String(process.pid)); setInterval(() => {}, 1000); await new Promise(() => {}); }
export const greeting: string = "hello " + pulumi.getStack();
export const token = config.requireSecret("token");
`;

describe("language host", { skip: pulumi ? false : "no Pulumi CLI on this machine: run `npx pulumi version`" }, () => {
  let directory = "";
  let env: NodeJS.ProcessEnv = {};

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "kafka-stacks-program-"));
    writeFileSync(
      join(directory, "Pulumi.yaml"),
      "name: tiny\nmain: index.ts\nruntime: { name: nodejs, options: { typescript: false } }\n",
    );
    writeFileSync(join(directory, "package.json"), '{ "type": "module", "dependencies": { "@pulumi/pulumi": "*" } }');
    writeFileSync(join(directory, "index.ts"), PROGRAM);
    symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
    const own = { KAFKA_STACKS_HOME: join(directory, "state"), PULUMI_HOME: join(directory, "home") };
    env = pulumiCommandEnvironment(pulumi ?? "", { ...process.env, ...own }).env;
    // Even where the official host is installed, this test is about the stand-in.
    env.PATH = `${join(root, "toolchain", "language-host")}:${env.PATH}`;
    assert.equal(run("stack", "init", "dev").status, 0);
    assert.equal(run("config", "set", "--secret", "token", "hush").status, 0);
  });

  after(() => rmSync(directory, { recursive: true, force: true }));

  test("pulumi up runs a TypeScript program; its words, outputs and secrets come through", () => {
    const up = run("up", "--yes");
    assert.equal(up.status, 0, up.stderr + up.stdout);
    assert.match(up.stdout, /a word on stdout/);
    assert.match(up.stdout, /greeting: "hello dev"/);
    assert.match(up.stdout, /token +: \[secret\]/);
    assert.deepEqual(JSON.parse(run("stack", "output", "--json").stdout), { greeting: "hello dev", token: "[secret]" });
    const again = run("up", "--yes", "--expect-no-changes");
    assert.equal(again.status, 0, again.stdout);
  });

  test("pulumi about names the pinned Node", () => {
    assert.match(run("about").stdout, new RegExp(`version='${process.version}'`));
  });

  test("an error of the program is shown once, with its stack, and fails the command", () => {
    const up = runAsked("throw");
    assert.notEqual(up.status, 0);
    assert.equal(up.stdout.match(/Error: told to throw/g)?.length, 1);
    assert.doesNotMatch(up.stdout, /unhandled error occurred/);
    // With colours, showing it would take half a minute: see plain-errors.mjs.
    assert.match(up.stdout, /inspected: "'x'"/);
  });

  test("an exit code of the program is told", () => {
    const up = runAsked("exit");
    assert.notEqual(up.status, 0);
    assert.match(up.stdout, /the program exited with code 7/);
  });

  for (const [name, signal] of [
    ["is killed", "SIGKILL"],
    ["is interrupted", "SIGINT"],
  ] as const) {
    test(`when the engine ${name}, the program and the host end too`, { timeout: 60_000 }, async () => {
      run("config", "set", "what", "hang");
      const file = join(directory, "hanging");
      rmSync(file, { force: true });
      const engine = spawn(pulumi ?? "", ["preview", "--stack", "dev", "--non-interactive"], {
        cwd: directory,
        env,
        stdio: "ignore",
      });
      await eventually("the program runs", () => existsSync(file) && readFileSync(file, "utf8") !== "");
      const program = Number(readFileSync(file, "utf8"));
      const host = parentOf(program);
      assert.match(readFileSync(`/proc/${host}/cmdline`, "utf8"), /language-host\/main\.ts/);
      const ended = once(engine, "exit");
      engine.kill(signal);
      await eventually("the program is gone", () => processStart(program) === undefined);
      await eventually("the host is gone", () => processStart(host) === undefined);
      await ended;
    });
  }

  function run(...args: string[]) {
    const options = { cwd: directory, env, encoding: "utf8" } as const;
    const stack = args[0] === "about" || args[1] === "init" ? [] : ["--stack", "dev"];
    return spawnSync(pulumi ?? "", [...args, ...stack, "--non-interactive"], options);
  }

  function runAsked(what: string) {
    run("config", "set", "what", what);
    return run("up", "--yes");
  }
});

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
