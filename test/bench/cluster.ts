import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../../infra/paths.ts";
import { nodeProcesses } from "../e2e/local/nodes.ts";
import { ownState } from "../helpers/cli.ts";
import { run } from "./run.ts";
import type { Session } from "./session.ts";

const NAME = "bench";

/** A stack with a state folder of its own, used through the command line as its user does. */
export interface BenchCluster {
  readonly file: string;
  /** Runs `kafka-stacks …` as a process; its JSON and how long it took. */
  cli(...args: string[]): Promise<{ readonly json: unknown; readonly ms: number }>;
}

/** A cluster that has yet to be brought up; whatever is there of it in the end is stopped and deleted. */
export async function withCluster<T>(
  { place, signal }: Session,
  stackText: string,
  use: (cluster: BenchCluster) => Promise<T>,
): Promise<T> {
  const home = place();
  const file = path.join(home, `${NAME}.yaml`);
  mkdirSync(home);
  writeFileSync(file, stackText);
  const script = path.join(projectRoot, "scripts/kafka-stacks.ts");
  const env = ownState(home);
  const cli = async (...args: string[]) => {
    const { stdout, ms } = await run(process.execPath, [script, ...args], { env, signal });
    return { json: args.includes("--json") ? JSON.parse(stdout) : undefined, ms };
  };
  try {
    return await use({ file, cli });
  } finally {
    try {
      await run(process.execPath, [script, "down", file, "--delete-data", "--yes"], { env });
    } finally {
      // What `down` failed to stop is not left behind either.
      for (const left of nodeProcesses(home, NAME).values()) if (left) process.kill(left.pid, "SIGKILL");
      rmSync(home, { recursive: true, force: true });
    }
  }
}
