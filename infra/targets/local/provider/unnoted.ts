import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const MAIN_CLASSES = ["kafka.Kafka", "org.apache.zookeeper.server.quorum.QuorumPeerMain"];

/**
 * The pid of the JVM that runs a node, by its command line: for a pid file that is gone or torn, which a full disk and a run
 * that was killed between a start and its note leave. What reads a node's files without being it, such as an editor or
 * Kafka's other tools, is no node.
 *
 * @param directory of the node.
 */
export function findUnnoted(directory: string): number | undefined {
  const config = path.join(directory, "config") + path.sep;
  const isNode = (line: string) =>
    /(^|\/)java /.test(line) && MAIN_CLASSES.some((name) => line.includes(` ${name} ${config}`));
  return commandLines().find(({ line }) => isNode(line))?.pid;
}

interface CommandLine {
  readonly pid: number;
  /** Its arguments with a blank between them. */
  readonly line: string;
}

function commandLines(): CommandLine[] {
  if (process.platform === "linux")
    return readdirSync("/proc").flatMap((name) => {
      const line = /^\d+$/.test(name) ? lineOf(name) : "";
      return line === "" ? [] : [{ pid: Number(name), line }];
    });
  const rows = execFileSync("ps", ["-Awwo", "pid=,args="], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return rows.split("\n").flatMap((row) => {
    const [, pid, line] = /^\s*(\d+)\s+(.*)$/.exec(row) ?? [];
    return line === undefined ? [] : [{ pid: Number(pid), line }];
  });
}

function lineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    // It has ended.
    return "";
  }
}
