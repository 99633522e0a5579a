import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { stateHome } from "../../paths.ts";
import { forgetData } from "../decisions/data-record.ts";
import { readKept } from "../decisions/kept.ts";
import { StopQueue } from "../stop-queue.ts";
import type { Operations } from "../target.ts";
import { nodeFaults } from "./faults.ts";
import { thisMachine } from "./machine.ts";
import { judge } from "./preflight.ts";
import { DATA, rolesOf } from "./provider/found.ts";
import { runningNodes } from "./provider/leavers.ts";
import { nodePaths } from "./provider/node-files.ts";
import { stop } from "./provider/process.ts";
import { removeData } from "./provider/storage.ts";
import { requireUsablePath } from "./usable-path.ts";

export const STOP_GRACE_MS = 30_000;

/** Where a cluster on this machine keeps everything: `cluster.json` and a folder for each node. */
export function clusterDirectory(clusterName: string): string {
  return path.join(stateHome(), "local", clusterName);
}

export const localOperations: Operations = {
  async preflight(plan) {
    const directory = clusterDirectory(plan.name);
    requireUsablePath(directory);
    return judge(plan, thisMachine(directory), new Set(runningNodes(directory)));
  },
  deleteData: ({ name }) => deleteData(name),
  async migration({ name }) {
    const [kept, { liveMigration }] = [readKept(clusterDirectory(name)), await import("./provider/live-migration.ts")];
    return kept ? liveMigration(kept) : "there is no cluster";
  },
  running: async ({ name }) => runningNodes(clusterDirectory(name)).map((id) => `node ${id}`),
  stopRunning: ({ name }) => stopRunning(clusterDirectory(name)),
  faults: ({ name }) => nodeFaults(clusterDirectory(name)),
};

/** It is forgotten that it had data first: cut off from then on, it keeps what it has or begins empty. */
export async function emptyNode(cluster: string, nodeId: number): Promise<readonly string[]> {
  const directory = path.join(cluster, `node-${nodeId}`);
  await stop(nodePaths(directory).pidFile, STOP_GRACE_MS);
  forgetData(cluster, [nodeId]);
  return removeData(directory) ? [path.join(directory, DATA)] : [];
}

/** Brokers first, the quorum last, as when all of a cluster's resources go. */
async function stopRunning(directory: string): Promise<void> {
  const kept = readKept(directory) ?? { mode: "kraft", voters: [] };
  const stops = new StopQueue(stop);
  await Promise.all(
    runningNodes(directory).map((id) =>
      stops.stop(nodePaths(path.join(directory, `node-${id}`)).pidFile, rolesOf(id, kept)),
    ),
  );
}

/** Removes the directory of a cluster that is down. @throws UserError while one of its processes runs. */
async function deleteData(clusterName: string): Promise<readonly string[]> {
  const directory = clusterDirectory(clusterName);
  if (!existsSync(directory)) return [];
  const running = runningNodes(directory);
  if (running.length > 0)
    throw new UserError(
      `the data of ${clusterName} are not deleted: node ${running.join(", ")} still runs`,
      `stop it first: kafka-stacks down ${clusterName}`,
    );
  rmSync(directory, { recursive: true });
  return [directory];
}
