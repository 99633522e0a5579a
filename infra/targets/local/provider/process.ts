import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Deadline, monotonic } from "../../../../base/time.ts";
import { withUtf8 } from "../../../../toolchain/java-locale.ts";
import { processStart } from "../../../../toolchain/process.ts";
import { writeWhole } from "../../../../toolchain/write-whole.ts";
import { findUnnoted } from "./unnoted.ts";

/**
 * A process that outlives the `pulumi` process, known by pid *and* start time: a pid that the system has given to
 * another process meanwhile is never signalled.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process only. */
  readonly started: string;
}

/** Undefined when no such process runs (a zombie counts as not running). */
export function identify(pid: number): ProcessIdentity | undefined {
  const start = processStart(pid);
  if (start === undefined) return undefined;
  // On Linux a start is counted from the boot, so after a reboot the same pair could come again.
  const boot = process.platform === "linux" ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() : "";
  return { pid, started: `${boot}/${start}` };
}

/**
 * The node's process if it runs: its pid file holds a pid and start time that still belong together. Where that file is gone
 * or torn the process is found by its command line, or it would be left behind, and its data deleted under it.
 */
export function runningProcess(pidFile: string): ProcessIdentity | undefined {
  const noted = readNote(pidFile);
  if (noted) return isNow(noted);
  const pid = findUnnoted(path.dirname(pidFile));
  return pid === undefined ? undefined : identify(pid);
}

/** Undefined where none is whole. */
function readNote(pidFile: string): (ProcessIdentity & Launched) | undefined {
  try {
    const noted = JSON.parse(readFileSync(pidFile, "utf8")) as (ProcessIdentity & Launched) | null;
    return typeof noted?.pid === "number" ? noted : undefined;
  } catch {
    return undefined;
  }
}

function isNow({ pid, started }: ProcessIdentity): ProcessIdentity | undefined {
  const now = identify(pid);
  return now?.started === started ? now : undefined;
}

/** Where the log stood when a process was launched. Rotation gives the log another inode. */
export interface LogPosition {
  readonly inode: number;
  readonly size: number;
}

interface Launched {
  /** See {@link launchKey}. */
  readonly launch?: string;
  readonly log?: LogPosition;
}

/** As what the running process was launched, and from where on it logs. Empty where nothing tells. */
export function launchedAs(pidFile: string): Launched | undefined {
  return runningProcess(pidFile) && (readNote(pidFile) ?? {});
}

/** Equal for the same command line, but for the class archive, which only saves time. */
export function launchKey({ command, args }: Pick<Launch, "command" | "args">): string {
  const counted = args.filter((arg) => !/^-(Xshare|XX:SharedArchiveFile|Xlog:cds)/.test(arg));
  return createHash("sha256")
    .update(JSON.stringify([command, counted]))
    .digest("base64url");
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly pidFile: string;
  /** Takes what the process prints before its own logging runs; the previous one is kept as `<name>.1`. */
  readonly consoleLog: string;
  /** Where its own log stands. */
  readonly log?: LogPosition | undefined;
}

/**
 * Starts a process in a session of its own and writes its pid file.
 *
 * @param options of this start alone, before the arguments: a process that runs with others is no other process.
 */
export function launch(start: Launch, options: readonly string[] = []): ProcessIdentity {
  const { command, args, directory, pidFile, consoleLog, log: logPosition } = start;
  if (existsSync(consoleLog)) writeFileSync(`${consoleLog}.1`, readFileSync(consoleLog));
  const log = openSync(consoleLog, "w", 0o600);
  try {
    const child = spawn(command, [...options, ...args], {
      ...{ cwd: directory, detached: true, stdio: ["ignore", log, log] },
      env: environmentOf(process.env),
    });
    child.on("error", () => {}); // a command that cannot start has no pid and is reported below
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (!identity) throw new Error(`${path.basename(command)} did not start`);
    child.unref();
    try {
      writeWhole(pidFile, JSON.stringify({ ...identity, launch: launchKey(start), log: logPosition }), 0o600);
    } catch (error) {
      // Nothing would know of it.
      process.kill(identity.pid, "SIGKILL");
      throw error;
    }
    return identity;
  } finally {
    closeSync(log);
  }
}

/** What a JVM and its launcher go by. The rest of a person's environment may hold secrets, and a process shows it for good. */
const PASSED_ON = /^(PATH|HOME|LANG|TZ|TMPDIR|LD_LIBRARY_PATH|(LC|JAVA|JDK|MALLOC)_.*|_JAVA_OPTIONS)$/;

function environmentOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return withUtf8(Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name))));
}

/** SIGTERM, then SIGKILL after `graceMs`; removes the pid file. Resolves with whether the process left by itself. */
export async function stop(pidFile: string, graceMs: number): Promise<boolean> {
  const graceful = await end(runningProcess(pidFile), graceMs);
  rmSync(pidFile, { force: true });
  return graceful;
}

async function end(target: ProcessIdentity | undefined, graceMs: number): Promise<boolean> {
  if (!target) return true;
  process.kill(target.pid, "SIGTERM");
  if (await gone(target, graceMs)) return true;
  process.kill(target.pid, "SIGKILL");
  await gone(target, 10_000);
  return false;
}

/** Waits until the process has left. @returns whether it did in time. */
export async function gone(target: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = new Deadline(timeoutMs);
  while (identify(target.pid)?.started === target.started) {
    if (deadline.isOver) return false;
    await monotonic.sleep(25);
  }
  return true;
}
