import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { InitFailed, type OperationContext, type ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { hasUnknown, type Json, type JsonObject } from "../../../../toolchain/plugin/struct.ts";
import { forgetData } from "../../decisions/data-record.ts";
import { type Kept, readKept } from "../../decisions/kept.ts";
import { portHolder } from "../../decisions/port-holder.ts";
import { isPortFree } from "../../decisions/ports.ts";
import { StopQueue } from "../../stop-queue.ts";
import type { LocalNodeArgs } from "../render.ts";
import { noteData, requireOwnData } from "./data.ts";
import { DATA, hasLogs } from "./found.ts";
import { javaFor } from "./java.ts";
import { leaveMigration, putAside } from "./leave-migration.ts";
import { letThemGo } from "./leavers.ts";
import { forgetLive, hasLive } from "./live.ts";
import { writeLogging } from "./logging.ts";
import { driftedFiles, nodePaths, writeNodeFiles } from "./node-files.ts";
import { runningProcess, stop } from "./process.ts";
import { putAdmin } from "./scram-admin.ts";
import { launchOf, runsAsWanted, startNode, stillServes } from "./start.ts";
import { prepareStorage, removeData } from "./storage.ts";
import { joinVoters, leaveVoters } from "./voters.ts";

/** A controlled shutdown moves every leader away first; Kafka's own limit is minutes, a person's patience less. */
const RESTART_GRACE_MS = 30_000;

const stops = new StopQueue(stop);

/**
 * One node as a real JVM process that outlives `pulumi`. Its state says where it is and whether it ran when last seen;
 * `diff` looks at the process and its files themselves, so a plain `pulumi up` heals what died, without a refresh.
 */
export const nodeResource: ResourceHandler = {
  async diff(_id, inputs, state, oldInputs) {
    const names = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
    // Storage is formatted once: a node that has some keeps the id that stands there.
    names.delete("clusterId");
    // A word for one run, which a later one does not take back.
    if (inputs.replaced === undefined) names.delete("replaced");
    const changed = [...names].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name])).sort();
    if (changed.length > 0 || hasUnknown(inputs)) return { changed };
    const node = argsOf(inputs);
    const drifted = driftedFiles(node).length > 0;
    const running = state.running === true && runningProcess(nodePaths(node.directory).pidFile) !== undefined;
    const joins = state.joined === false ? ["joined"] : [];
    return { changed: [...(running ? [] : ["running"]), ...(drifted ? ["files"] : []), ...joins] };
  },

  async create(inputs, context) {
    const id = path.basename(String(inputs.directory ?? "node"));
    if (context.preview) return { id, outputs: outputsOf(inputs) };
    const node = argsOf(inputs);
    const fresh = !existsSync(node.directory);
    const { pidFile } = nodePaths(node.directory);
    const ran = runningProcess(pidFile);
    const adopted = await runsAsWanted(node, context.log);
    try {
      if (adopted) await stillServes(node, context);
      else await converge(node, context);
    } catch (error) {
      // Nothing half-made stays: no process of ours, and no directory that was not there before and holds nothing yet.
      if (runningProcess(pidFile)?.started !== ran?.started) await stop(pidFile, 0);
      if (fresh) undo(node);
      throw named(node, adopted ? "runs and does not serve" : "was not created", error);
    }
    if (adopted) noteData(node);
    await join(node, id, inputs, context);
    return { id, outputs: outputsOf(inputs) };
  },

  async read(_id, state) {
    if (!existsSync(path.join(String(state.directory), "data"))) return undefined;
    return { ...state, running: runningProcess(nodePaths(String(state.directory)).pidFile) !== undefined };
  },

  async update(id, inputs, state, context) {
    if (context.preview) return outputsOf(inputs);
    const node = argsOf(inputs);
    try {
      if (await hasLive(argsOf(context.oldInputs), node)) writeNodeFiles(node);
      else if (
        !(
          state.joined === false &&
          isDeepStrictEqual(inputs, context.oldInputs) &&
          (await runsAsWanted(node, context.log))
        )
      )
        await converge(node, context);
    } catch (error) {
      const { message } = named(node, "was stopped and does not serve again", error);
      throw new InitFailed(id, { ...outputsOf(inputs), running: false }, message);
    }
    await join(node, id, inputs, context);
    return outputsOf(inputs);
  },

  /**
   * Its data stays. While the cluster continues without it, a broker is asked about and signed off as the cluster's update does, a voter of a dynamic quorum is taken from
   * the voters before it stops, and a controller of a migration that is taken back leaves its data aside; when all goes, the
   * next `up` has it again.
   */
  async delete(_id, state, context) {
    const directory = String(state.directory);
    const nodeId = Number(state.nodeId);
    const roles = state.roles as string[];
    const cluster = readKept(path.dirname(directory));
    const goesOn = cluster !== undefined && !cluster.listeners.some((key) => key.endsWith(`@${nodeId}`));
    const { pidFile } = nodePaths(directory);
    if (!goesOn) return stops.stop(pidFile, roles);
    // The cluster's update has let it go, unless it was started again, or that run was of an earlier release.
    if (roles.includes("broker") && !roles.includes("controller"))
      if (runningProcess(pidFile) || cluster.nodeData?.[nodeId]) return letThemGo(cluster, [nodeId], context);
    const stays = cluster.quorum && roles.includes("controller") && !(await leave(cluster, argsOf(state), context));
    await stops.stop(pidFile, roles);
    if (cluster.mode === "zookeeper" && roles.includes("controller")) putAside(directory, DATA);
    if (!stays) forgetData(cluster.directory, [nodeId]);
  },
};

/** What was formatted and never wrote anything is taken away. From its first log on a node's data are its word. */
function undo(node: LocalNodeArgs): void {
  const { directory, nodeId, quorum } = node;
  if (quorum || !existsSync(directory) || hasLogs(path.join(directory, DATA))) return;
  forgetData(path.dirname(directory), [nodeId]);
  removeData(directory);
  rmSync(directory, { recursive: true, force: true });
}

/** A controller of a dynamic quorum becomes a voter once it runs. From then on it is never undone. */
async function join(node: LocalNodeArgs, id: string, inputs: JsonObject, context: OperationContext): Promise<void> {
  if (!node.quorum) return;
  await joinVoters(node, context).catch((error: unknown) => {
    const { message } = named(node, "runs, and is no voter yet", error);
    throw new InitFailed(id, { ...outputsOf(inputs), joined: false }, message);
  });
}

/** @returns whether it is no voter any more. */
async function leave(cluster: Kept, node: LocalNodeArgs, context: OperationContext): Promise<boolean> {
  const others = cluster.voters.map((id) => path.join(cluster.directory, `node-${id}`));
  const isAlone = () => !others.some((directory) => runningProcess(nodePaths(directory).pidFile));
  const left = await leaveVoters(cluster, node, isAlone, context).catch((error: unknown) => {
    throw named(node, "was left as it is", error);
  });
  if (!left)
    context.warn(
      `controller ${node.nodeId} stays a voter, because no other controller runs that could take it from them: put controllers.count back, run up, then lower it again`,
    );
  return left;
}

/** Stops what runs, brings storage and files to the plan, starts the node and waits until it serves. */
async function converge(node: LocalNodeArgs, context: OperationContext): Promise<void> {
  const { signal, log } = context;
  const { config, logs, pidFile } = nodePaths(node.directory);
  const java = await javaFor(node.kafkaVersion, log, signal);
  signal.throwIfAborted();
  requireOwnData(node);
  if (runningProcess(pidFile))
    log(node.roll === context.oldInputs.roll ? "stopping" : `stopping for the roll of ${node.roll}`);
  await stop(pidFile, RESTART_GRACE_MS);
  await requireFreePorts(node);
  // Again: a disk may have gone while the node stopped.
  requireOwnData(node);
  prepareStorage(node);
  writeNodeFiles(node);
  await leaveMigration(node, java, log);
  await putAdmin(node, java);
  writeLogging(config, logs);
  noteData(node);
  await startNode(node, launchOf(node, java), context);
  noteData(node);
  await forgetLive(node);
}

async function requireFreePorts({ endpoints }: LocalNodeArgs): Promise<void> {
  for (const [listener, address] of Object.entries(endpoints)) {
    const port = Number(address.split(":")[1]);
    if (await isPortFree(port)) continue;
    const holder = (await portHolder(port)) ?? "another process";
    throw new Error(`${holder} listens on ${address}, the port of its ${listener} listener: end that process`);
  }
}

function argsOf(inputs: JsonObject): LocalNodeArgs {
  return inputs as unknown as LocalNodeArgs;
}

/** Only what a reader of the state needs; file texts stay inputs, where the engine keeps them secret. */
function outputsOf({ nodeId, roles, directory, endpoints, roll }: JsonObject): JsonObject {
  const known = { nodeId, roles, directory, endpoints, roll, running: true };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function named(node: LocalNodeArgs, what: string, error: unknown): Error {
  return new Error(`node ${node.nodeId} (${node.roles.join(", ")}) ${what}: ${(error as Error).message}`);
}
