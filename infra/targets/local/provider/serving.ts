import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brokerServes, controllerServes, zookeeperServes } from "../../../../scripts/kafka/serves.ts";
import type { LocalNodeArgs } from "../render.ts";
import { runningProcess } from "./process.ts";

/** Log recovery after a crash may take long; a process that dies is noticed at once whatever this is. */
const SERVING_TIMEOUT_MS = 180_000;
const PROBE_TIMEOUT_MS = 2_000;

/**
 * Waits until the node does its work: a broker is registered and unfenced, a controller knows the quorum's leader and is
 * part of it, a ZooKeeper node follows or leads.
 *
 * @throws when its process ends first (with the end of its log), at the time limit, or when `signal` aborts.
 */
export async function waitUntilServing(node: LocalNodeArgs, pidFile: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + SERVING_TIMEOUT_MS;
  while (!(await serves(node))) {
    signal.throwIfAborted();
    if (!runningProcess(pidFile)) throw new Error(`its process ended before it served\n${logTail(node)}`);
    if (Date.now() > deadline) throw new Error(`it did not serve in ${SERVING_TIMEOUT_MS / 1000} s\n${logTail(node)}`);
    await sleep(100);
  }
}

async function serves({ nodeId, roles, endpoints }: LocalNodeArgs): Promise<boolean> {
  const probes: Promise<boolean>[] = [];
  if (roles.includes("broker")) probes.push(brokerServes(endpoints.EXTERNAL!, nodeId, PROBE_TIMEOUT_MS));
  if (roles.includes("controller")) probes.push(controllerServes(endpoints.CONTROLLER!, nodeId, PROBE_TIMEOUT_MS));
  if (roles.includes("zookeeper")) probes.push(zookeeperServes(endpoints.ZK_CLIENT!, PROBE_TIMEOUT_MS));
  return (await Promise.all(probes)).every(Boolean);
}

/** The last lines of what the node logged, console first: where a reader finds why it did not start. */
function logTail({ directory }: LocalNodeArgs): string {
  const tails = ["console.log", "node.log"].map((name) => {
    const file = path.join(directory, "logs", name);
    const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    const telling = lines.filter((line) => /ERROR|FATAL|Exception|Error/.test(line));
    return (telling.length > 0 ? telling : lines).slice(-8).map((line) => `  ${line}`);
  });
  return [...tails.flat(), `  (all of it: ${path.join(directory, "logs")})`].join("\n");
}
