/** How a node is started, and whether one that runs was started so. */
import path from "node:path";
import { Deadline, monotonic } from "../../../../base/time.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import type { LocalNodeArgs } from "../render.ts";
import { logPosition } from "./has-served.ts";
import { type Java, javaFor } from "./java.ts";
import { loggingOptions } from "./logging.ts";
import { driftedFiles, nodePaths } from "./node-files.ts";
import { type Launch, launch, launchedAs, launchKey } from "./process.ts";
import { EndedEarly, logEnd, waitUntilServing } from "./serving.ts";
import { emptyTemporaryFolder } from "./temporary-folder.ts";

/** Twice Kafka's default zookeeper.session.timeout.ms, for a session that was renewed just before its broker died. */
const REGISTRATION_HELD_MS = 36_000;

export function launchOf(node: LocalNodeArgs, java: Java): Launch {
  const { config, logs, pidFile } = nodePaths(node.directory);
  return {
    command: java.command,
    args: [
      ...java.options,
      ...node.jvmOptions,
      ...loggingOptions(config),
      node.mainClass,
      path.join(config, node.configFile),
    ],
    directory: node.directory,
    pidFile,
    consoleLog: path.join(logs, "console.log"),
  };
}

/** Whether its process runs, with the files and the command line that it should have: there is nothing to do then. */
export async function runsAsWanted(node: LocalNodeArgs, log: (message: string) => void): Promise<boolean> {
  const launched = launchedAs(nodePaths(node.directory).pidFile)?.launch;
  if (launched === undefined || driftedFiles(node).length > 0) return false;
  return launched === launchKey(launchOf(node, await javaFor(node.kafkaVersion, log)));
}

/** Of one that runs already. @throws when it does not serve. */
export const stillServes = (node: LocalNodeArgs, { signal }: Pick<OperationContext, "signal">): Promise<void> =>
  waitUntilServing(node, nodePaths(node.directory).pidFile, logEnd(node), signal);

/**
 * Starts the node's process and waits until it serves. A broker that was killed stays registered in ZooKeeper until its
 * session ends, and a successor that finds itself registered exits: it is started again until that has happened.
 */
export async function startNode(node: LocalNodeArgs, start: Launch, context: OperationContext): Promise<void> {
  const deadline = new Deadline(REGISTRATION_HELD_MS);
  for (let attempt = 1; ; attempt++) {
    const logStart = logEnd(node);
    context.log(attempt === 1 ? "starting" : "starting again");
    const options = emptyTemporaryFolder(nodePaths(node.directory).temporary, context.warn);
    launch({ ...start, log: logPosition(node) }, options);
    try {
      await waitUntilServing(node, start.pidFile, logStart, context.signal);
      context.log("serving");
      return;
    } catch (error) {
      const held = error instanceof EndedEarly && /KeeperErrorCode = NodeExists/.test(error.message);
      if (!held || deadline.isOver) throw error;
      context.log("waiting: the session of its earlier run still lives in ZooKeeper");
      await monotonic.sleep(1_000, context.signal);
    }
  }
}
