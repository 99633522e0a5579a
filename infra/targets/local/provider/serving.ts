import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Deadline, monotonic } from "../../../../base/time.ts";
import { as, type Identity } from "../../../../scripts/kafka/identity.ts";
import { brokerServes, controllerServes, zookeeperServes } from "../../../../scripts/kafka/serves.ts";
import type { LocalNodeArgs } from "../render.ts";
import { nodeLog, nodePaths } from "./node-files.ts";
import { runningProcess } from "./process.ts";

/** Log recovery after a crash may take long; a process that dies is noticed at once whatever this is. */
const SERVING_TIMEOUT_MS = 180_000;
const PROBE_TIMEOUT_MS = 2_000;
const LAST_BYTES = 8_192;

export class EndedEarly extends Error {}

/**
 * Waits until the node does its work: a broker is registered and unfenced, a controller knows the quorum's leader and is
 * part of it, a ZooKeeper node follows or leads.
 *
 * @param logStart what {@link logEnd} said before the start.
 * @throws {EndedEarly} when its process ends first, with what it logged.
 * @throws at the time limit, or when `signal` aborts.
 */
export async function waitUntilServing(
  node: LocalNodeArgs,
  pidFile: string,
  logStart: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = new Deadline(SERVING_TIMEOUT_MS);
  while (!(await serves(node))) {
    signal.throwIfAborted();
    if (!runningProcess(pidFile))
      throw new EndedEarly(`its process ended before it served\n${logTail(node, logStart)}`);
    if (deadline.isOver)
      throw new Error(`it did not serve in ${SERVING_TIMEOUT_MS / 1000} s\n${logTail(node, logStart)}`);
    await monotonic.sleep(100, signal);
  }
}

/**
 * Asked as the node itself, with its own key, where nodes talk to each other: that works before anyone else is known. While
 * there are plaintext listeners they are asked, because not every node may have the others yet.
 */
export async function asNode<T>(
  { endpoints, files }: LocalNodeArgs,
  ask: (at: { readonly broker: string; readonly controller: string }) => Promise<T>,
): Promise<T> {
  const isPlain = endpoints.INTERNAL !== undefined || endpoints.CONTROLLER !== undefined;
  const broker = endpoints.INTERNAL ?? endpoints.REPLICATION ?? "";
  const controller = endpoints.CONTROLLER ?? endpoints.CONTROLLER_TLS ?? "";
  return as(isPlain ? undefined : nodeIdentity(files), () => ask({ broker, controller }));
}

async function serves(node: LocalNodeArgs): Promise<boolean> {
  const { nodeId, roles, endpoints } = node;
  return asNode(node, async ({ broker, controller }) => {
    const probes: Promise<boolean>[] = [];
    if (roles.includes("broker")) probes.push(brokerServes(broker, nodeId, PROBE_TIMEOUT_MS));
    if (roles.includes("controller")) probes.push(controllerServes(controller, nodeId, PROBE_TIMEOUT_MS));
    if (roles.includes("zookeeper")) probes.push(zookeeperServes(endpoints.ZK_CLIENT!, PROBE_TIMEOUT_MS));
    return (await Promise.all(probes)).every(Boolean);
  });
}

function nodeIdentity(files: LocalNodeArgs["files"]): Identity | undefined {
  const store = files["keystore.pem"];
  // A key store holds both, and each reader takes what it looks for.
  return store === undefined ? undefined : { name: "node", authority: files["ca.pem"], certificate: store, key: store };
}

/** Where the node's log ends now: what a later start writes comes after it. */
export function logEnd({ directory }: LocalNodeArgs): number {
  const file = nodeLog(nodePaths(directory).logs);
  return existsSync(file) ? statSync(file).size : 0;
}

/** The end of what a node logged, some dozens of lines; "" when there is none. @param logs its folder. */
export function lastLines(logs: string): string {
  const file = nodeLog(logs);
  return existsSync(file) ? read(file, Math.max(0, statSync(file).size - LAST_BYTES)) : "";
}

/** What this start logged that tells why it failed: errors if there are any, else the last lines; console first. */
function logTail({ directory }: LocalNodeArgs, logStart: number): string {
  const { logs } = nodePaths(directory);
  const texts = [read(path.join(logs, "console.log"), 0), read(nodeLog(logs), logStart)];
  const tails = texts.map((text) => {
    const lines = text.trimEnd().split("\n");
    const error = lines.findLastIndex((line) => /\b(ERROR|FATAL)\b|^Error|^Exception in/.test(line));
    return (error < 0 ? lines.slice(-5) : lines.slice(error, error + 5)).filter(Boolean).map((line) => `  ${line}`);
  });
  return [...tails.flat(), `  (all of it: ${logs})`].join("\n");
}

/** A log that was rotated meanwhile is shorter than it was: then all of it is new. */
function read(file: string, start: number): string {
  if (!existsSync(file)) return "";
  const bytes = readFileSync(file);
  return bytes.subarray(bytes.length < start ? 0 : start).toString("utf8");
}
