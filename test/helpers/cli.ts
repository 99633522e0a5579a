import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectRoot } from "../../infra/paths.ts";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  /** Everything printed on stderr so far. */
  stderr(): string;
  /** Closes our end of a stream, as a reader such as `head` does that has read enough. */
  hangUp(stream: "stdout" | "stderr"): void;
  readonly finished: Promise<Finished>;
}

/** The environment of a person who is logged in to no backend, whoever runs the tests: state is made in `home`. */
export function ownState(home: string): NodeJS.ProcessEnv {
  const none = { PULUMI_BACKEND_URL: "", PULUMI_ACCESS_TOKEN: "" };
  return { ...process.env, ...none, PULUMI_CREDENTIALS_PATH: home, KAFKA_STACKS_HOME: home };
}

/** Starts `kafka-stacks` as a process of its own, as a user does, with a state folder of the test's. */
export function startCli(home: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [path.join(projectRoot, "scripts/kafka-stacks.ts"), ...args], {
    cwd: projectRoot,
    env: { ...ownState(home), NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { pid: child.pid!, stderr: () => stderr, hangUp: (stream) => void child[stream].destroy(), finished };
}

export function cli(home: string, ...args: string[]): Promise<Finished> {
  return startCli(home, args).finished;
}

/** A state folder that goes with the test. */
export function temporaryHome(): { readonly home: string; remove(): void } {
  const home = mkdtempSync(path.join(tmpdir(), "kafka-stacks-test-"));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** The Pulumi engine is the CLI's child; its plugins and nodes are others', and end or go on by themselves. */
export function childrenOf(pid: number): number[] {
  const rows = execFileSync("ps", ["-Ao", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child!);
}
