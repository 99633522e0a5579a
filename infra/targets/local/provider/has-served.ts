/** Whether a node's process has served since its start, by what Kafka itself logged. */
import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import type { LocalNodeArgs } from "../render.ts";
import { type NodePaths, nodeLog, nodePaths } from "./node-files.ts";
import { type LogPosition, launchedAs } from "./process.ts";

/** KafkaRaftServer's line and, in ZooKeeper mode, KafkaServer's. They come once a broker is unfenced and a controller is ready. */
const STARTED = /\bKafka Server started\b|\[KafkaServer id=\d+\] started\b/;

/**
 * Where a node's log ends now. The log is made where there is none, so that its rotation is noticed. Undefined for a ZooKeeper
 * node, whose log has no such line.
 */
export function logPosition({ directory, roles }: Pick<LocalNodeArgs, "directory" | "roles">): LogPosition | undefined {
  if (roles.includes("zookeeper")) return undefined;
  const file = nodeLog(nodePaths(directory).logs);
  appendFileSync(file, "", { mode: 0o600 });
  const { ino, size } = statSync(file);
  return { inode: ino, size };
}

/** Where nothing can tell, it has: an earlier release started it, its log was rotated, or it is a ZooKeeper node. */
export function hasServed({ pidFile, logs }: Pick<NodePaths, "pidFile" | "logs">): boolean {
  const start = launchedAs(pidFile)?.log;
  const file = nodeLog(logs);
  if (start === undefined || !existsSync(file)) return true;
  const { ino, size } = statSync(file);
  if (ino !== start.inode || size < start.size) return true;
  return STARTED.test(readFileSync(file).subarray(start.size).toString("utf8"));
}
