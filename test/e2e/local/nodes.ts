import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { hasServed } from "../../../infra/targets/local/provider/has-served.ts";
import { nodePaths } from "../../../infra/targets/local/provider/node-files.ts";
import { launchedAs, type ProcessIdentity, runningProcess } from "../../../infra/targets/local/provider/process.ts";

/** The processes of a local cluster, by node id; undefined where a node does not run. */
export function nodeProcesses(home: string, stack: string): Map<number, ProcessIdentity | undefined> {
  const directory = path.join(home, "local", stack);
  if (!existsSync(directory)) return new Map();
  const nodes = readdirSync(directory).filter((name) => name.startsWith("node-"));
  return new Map(
    nodes.map((name) => [Number(name.slice("node-".length)), runningProcess(path.join(directory, name, "node.pid"))]),
  );
}

/** Whether the log of a node's process tells that it has served since its start. */
export function hasServedByLog(home: string, stack: string, id: number): boolean {
  const paths = nodePaths(path.join(home, "local", stack, `node-${id}`));
  return launchedAs(paths.pidFile)?.log !== undefined && hasServed(paths);
}

/**
 * Does something and says how many nodes were down at once at the most meanwhile, as far as looking every 20 ms can tell:
 * a process that follows another at once may do so unseen.
 */
export async function watchNodes<T>(home: string, stack: string, act: () => Promise<T>) {
  let mostDown = 0;
  const timer = setInterval(() => {
    const down = [...nodeProcesses(home, stack).values()].filter((found) => found === undefined).length;
    mostDown = Math.max(mostDown, down);
  }, 20);
  try {
    const result = await act();
    return { result, mostDown };
  } finally {
    clearInterval(timer);
  }
}
