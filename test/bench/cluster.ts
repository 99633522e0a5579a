import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../../infra/paths.ts";
import { nodeProcesses } from "../e2e/local/nodes.ts";
import { ownState } from "../helpers/cli.ts";
import { type Ran, run } from "./run.ts";
import type { Session } from "./session.ts";

const NAME = "bench";

/** A stack with a state folder of its own, used through the command line as its user does. */
export interface BenchCluster {
  readonly name: string;
  readonly file: string;
  /** Runs `kafka-stacks …` as a process; its JSON, what it told meanwhile and how long it took. */
  cli(...args: string[]): Promise<Omit<Ran, "stdout"> & { readonly json: unknown }>;
}

interface BenchStack {
  readonly name?: string;
  readonly text: string;
  /** Removes what `down` failed to stop. Of a local cluster by default. */
  removeLeft?(home: string): void | Promise<void>;
}

/** A cluster that has yet to be brought up; whatever is there of it in the end is stopped and deleted. */
export async function withCluster<T>(
  { place, signal }: Session,
  { name = NAME, text, removeLeft = killNodes }: BenchStack,
  use: (cluster: BenchCluster) => Promise<T>,
): Promise<T> {
  const home = place();
  const file = path.join(home, `${name}.yaml`);
  mkdirSync(home);
  writeFileSync(file, text);
  const script = path.join(projectRoot, "scripts/kafka-stacks.ts");
  const env = ownState(home);
  const cli = async (...args: string[]) => {
    const { stdout, ...ran } = await run(process.execPath, [script, ...args], { env, signal });
    return { json: args.includes("--json") ? JSON.parse(stdout) : undefined, ...ran };
  };
  try {
    return await use({ name, file, cli });
  } finally {
    try {
      await run(process.execPath, [script, "down", file, "--delete-data", "--yes"], { env });
    } finally {
      await removeLeft(home);
      rmSync(home, { recursive: true, force: true });
    }
  }
}

function killNodes(home: string): void {
  for (const left of nodeProcesses(home, NAME).values()) if (left) process.kill(left.pid, "SIGKILL");
}
