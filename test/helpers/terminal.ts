import { spawn } from "node:child_process";
import path from "node:path";
import { projectRoot } from "../../infra/paths.ts";
import { ownState } from "./cli.ts";

export interface OnTerminal {
  /** Of `script`, whose child is the command's shell. */
  readonly pid: number;
  /** Everything shown so far, stdout and stderr in one. */
  shown(): string;
  type(text: string): void;
  readonly finished: Promise<{ readonly code: number | null; readonly shown: string }>;
}

/** Why a test that answers questions is left out: `script` of util-linux makes the terminal. */
export const unlessTerminal = process.platform === "linux" ? false : "needs util-linux's script";

/** Starts `kafka-stacks` on a terminal of its own, where it asks before it acts. */
export function startOnTerminal(home: string, args: readonly string[]): OnTerminal {
  const words = [process.execPath, path.join(projectRoot, "scripts/kafka-stacks.ts"), ...args];
  const command = `exec ${words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: projectRoot,
    env: { ...ownState(home), NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const finished = new Promise<{ code: number | null; shown: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, shown }));
  });
  return { pid: child.pid!, shown: () => shown, type: (text) => void child.stdin.write(text), finished };
}
