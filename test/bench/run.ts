import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { projectRoot } from "../../infra/paths.ts";

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the process in order when it aborts. Clean-up has none: it runs to its end. */
  readonly signal?: AbortSignal;
  /** Stops the watch when this stands on stdout, instead of when the process ends. */
  readonly until?: string;
}

/** A line on stderr. */
export interface Said {
  readonly line: string;
  /** Since the process was started. */
  readonly atMs: number;
}

export interface Ran {
  readonly stdout: string;
  readonly said: readonly Said[];
  readonly ms: number;
}

/** How long an interrupted process may take to clean up behind itself. */
const GRACE_MS = 60_000;

/**
 * Runs a command to its end and says how long it took. It has a session of its own, so that Ctrl-C at a terminal reaches it
 * through us only, once.
 *
 * @throws when it fails, with what it said last; or the signal's reason.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { env = process.env, signal, until } = options;
  signal?.throwIfAborted();
  const started = performance.now();
  const child = spawn(command, args, { cwd: projectRoot, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  const said: Said[] = [];
  let reached: number | undefined;
  let ended = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (until !== undefined && stdout.includes(until)) reached ??= performance.now();
  });
  createInterface(child.stderr).on("line", (line) => said.push({ line, atMs: performance.now() - started }));
  let killer: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill("SIGTERM");
    killer = setTimeout(() => killSession(child.pid!), GRACE_MS);
  };
  signal?.addEventListener("abort", end);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", () => {
        ended = performance.now();
      });
      child.on("close", resolve);
    });
    signal?.throwIfAborted();
    const last = () => [...stdout.trim().split("\n"), ...said.map(({ line }) => line)].slice(-20).join("\n");
    if (code !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${code}\n${last()}`);
    if (until !== undefined && reached === undefined) throw new Error(`it did not print ${until}\n${last()}`);
    return { stdout, said, ms: (reached ?? ended) - started };
  } finally {
    clearTimeout(killer);
    signal?.removeEventListener("abort", end);
  }
}

function killSession(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
