import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { allOnPath } from "../../../../toolchain/find.ts";
import { type Machine, makeMachine } from "../../../toolchain/machine.ts";

/** Whose `od`, `awk`, `sleep` and `mv` a script is tried with: containers may have Debian's or busybox's. */
export const TOOLS = ["the system", "busybox"] as const;
export type Tools = (typeof TOOLS)[number];

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs our scripts, or copies of them by their full path, on a machine that has the named tools and no other. */
export interface Shell extends Machine {
  run(script: string, args: readonly string[], env?: Record<string, string>): Promise<Ended>;
  start(script: string, args: readonly string[], env?: Record<string, string>): ChildProcess;
}

/** Where the scripts lie. */
export const SCRIPTS = join(import.meta.dirname, "../../../../infra/targets/container");

/** Why the scripts cannot be tried with these tools here; false when they can. For a test's `skip`. */
export function missing(tools: Tools, names: readonly string[]): string | false {
  const version = onPath("bash") && execFileSync("bash", ["-c", `echo "$((BASH_VERSINFO * 100 + BASH_VERSINFO[1]))"`]);
  if (!version || Number(version) < 501) return "no bash 5.1 or later on PATH";
  if (tools === "the system") {
    const absent = names.find((name) => !onPath(name));
    return absent ? `no ${absent} on PATH` : false;
  }
  if (!onPath("busybox")) return "no busybox on PATH";
  const applets = execFileSync("busybox", ["--list"], { encoding: "utf8" }).split("\n");
  const absent = names.find((name) => !applets.includes(name));
  return absent ? `busybox has no ${absent} here` : false;
}

/** A machine on whose PATH are the named tools and nothing else. */
export function makeShell(t: TestContext, tools: Tools, names: readonly string[]): Shell {
  const machine = makeMachine(t);
  mkdirSync(join(machine.root, "bin"));
  for (const name of names) {
    symlinkSync(onPath(tools === "busybox" ? "busybox" : name) ?? name, join(machine.root, "bin", name));
  }
  const start: Shell["start"] = (script, args, env = {}) =>
    spawn(onPath("bash") ?? "bash", [resolve(SCRIPTS, script), ...args], { env: { ...machine.setup.env, ...env } });
  return { ...machine, start, run: (script, args, env) => ended(start(script, args, env)) };
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const [[code], stdout, stderr] = await Promise.all([once(child, "exit"), text(child.stdout!), text(child.stderr!)]);
  return { code, stdout, stderr };
}

const onPath = (name: string): string | undefined => allOnPath(name, process.env)[0];

/** Command lines of the processes that carry this environment. */
export function processesWith(variable: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return environment.includes(variable) ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
    } catch {
      return []; // No process, or one that ended meanwhile.
    }
  });
}
