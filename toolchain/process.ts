import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A command that ended badly; the message ends with the last lines that it wrote. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs?: number;
  /** Hears every line that the command writes, for a heartbeat to show. */
  readonly say?: (line: string) => void;
  /** Ends the command and all that it has started. */
  readonly signal?: AbortSignal | undefined;
}

const TAIL_LINES = 20;
/** For a command to remove what it was writing. */
const GRACE_MS = 500;

/**
 * Runs a command to its end and returns what it wrote on stdout and stderr together.
 *
 * @throws CommandError when it fails; the signal's reason when that aborts, once the command has ended.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { signal } = options;
  signal?.throwIfAborted();
  try {
    return await runToItsEnd(command, args, options);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

function runToItsEnd(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.timeoutMs,
      killSignal: "SIGKILL",
      // A group of its own: what the command starts (compilers, a JVM behind a script) ends with it.
      detached: options.signal !== undefined,
    });
    const letGo = options.signal && endWith(options.signal, child);
    let output = "";
    const hear = (chunk: string) => {
      output += chunk;
      const line = chunk.trimEnd().split("\n").at(-1)?.trim();
      if (line) options.say?.(line);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", (error) => reject(new CommandError(`${command} could not be started: ${error.message}`)));
    child.on("close", (code, signal) => {
      letGo?.();
      if (code === 0) return resolve(output);
      const ending = signal ? `was ended by ${signal}` : `exited with code ${code}`;
      const tail = output.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
      reject(new CommandError(`${command} ${args[0] ?? ""} ${ending}${tail ? `\n${tail}` : ""}`));
    });
  });
}

/** Ends the child's whole group when the signal aborts. @returns what stops that. */
function endWith(signal: AbortSignal, child: ChildProcess): () => void {
  let late: NodeJS.Timeout | undefined;
  const send = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // It has ended.
    }
  };
  const abort = () => {
    send("SIGTERM");
    late = setTimeout(send, GRACE_MS, "SIGKILL");
  };
  signal.addEventListener("abort", abort, { once: true });
  return () => {
    signal.removeEventListener("abort", abort);
    clearTimeout(late);
  };
}

/**
 * When the process was started, in the machine's own notation, or undefined if there is none. Together with the pid it
 * names a process for good: a pid alone is used again by the kernel.
 */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the command's name in parentheses and may itself hold spaces and parentheses.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // A zombie has ended, and only its parent has not looked yet, unless it has threads that are still ending: the ports of
      // a JVM that stops close a moment later.
      return fields[0] === "Z" && Number(fields[17]) <= 1 ? undefined : fields[19];
    }
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio }).trim() || undefined;
  } catch {
    return undefined;
  }
}
