/**
 * One node of this machine without a network. All nodes and clients share 127.0.0.1, so it is told by its sockets:
 *
 * 1. The node gets a group of its own below its present one (cgroup, version 2): sockets belong to it that are opened from
 *    then on.
 * 2. Rules in a table of our own drop what goes to and from it: cut-rules.ts.
 * 3. The end takes away the table, then puts the node back, then removes the group.
 *
 * Invariant: the node is in its group for as long as there is the table, so a later run finds by the node what is to be
 * ended.
 */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../../errors.ts";
import { Keepers } from "../../keeper.ts";
import type { LastingNodeFault } from "../../target.ts";
import type { ProcessIdentity } from "../provider/process.ts";
import { cutRules } from "./cut-rules.ts";
import { socketsOf } from "./sockets.ts";

/** nftables looks for groups there, wherever else they are mounted too. */
const GROUPS = "/sys/fs/cgroup";
const PROCESSES = "cgroup.procs";
/** Without effect where it was done already. $0 is the table, $1 the group, $2 the one above. */
const MEND = `nft delete table inet "$0"
while read -r pid; do echo "$pid" >"$2/${PROCESSES}"; done <"$1/${PROCESSES}"
rmdir "$1"`;

/** @param nodeDirectory makes the name of a table, which all clusters of the machine share. */
export function cutFault(
  nodeDirectory: (nodeId: number) => string,
  running: (nodeId: number) => ProcessIdentity | undefined,
  required: (nodeId: number) => ProcessIdentity,
): LastingNodeFault {
  const keepers = new Keepers();
  const tableOf = (nodeId: number) =>
    `kafka-stacks-chaos-${createHash("sha256").update(nodeDirectory(nodeId)).digest("hex").slice(0, 12)}`;
  const cut = new Map<number, string>();
  return {
    unfit: async () => whyNot(),

    async begin(nodeId, limitMs) {
      const why = whyNot();
      if (why !== undefined) throw new UserError(`node ${nodeId} is not cut off: ${why}`, "leave the fault out");
      const { pid } = required(nodeId);
      const table = tableOf(nodeId);
      const above = groupOf(pid);
      const group = path.join(above, table);
      const later = `sleep ${Math.ceil(limitMs / 1000)}; ${MEND}`;
      keepers.start(nodeId, "/bin/sh", ["-c", later, table, group, above]);
      cut.set(nodeId, group);
      mkdirSync(group, { recursive: true });
      writeFileSync(path.join(group, PROCESSES), String(pid));
      const level = path.relative(mountPoint()!, group).split(path.sep).length;
      const rules = cutRules({ table, group: path.relative(GROUPS, group), level, sockets: socketsOf(pid) });
      await load(rules);
    },

    async end(nodeId) {
      const found = running(nodeId);
      const group = cut.get(nodeId) ?? (found && process.platform === "linux" ? groupOf(found.pid) : "");
      if (path.basename(group) === tableOf(nodeId)) {
        await promisify(execFile)("/bin/sh", ["-c", MEND, tableOf(nodeId), group, path.dirname(group)]).catch(() => {});
        if (existsSync(group)) throw new Error(`node ${nodeId} is still cut off: ${group} could not be removed`);
      }
      cut.delete(nodeId);
      keepers.dismiss(nodeId);
    },
  };
}

/** Why no node of this machine can be cut off, and what would change that. */
function whyNot(): string | undefined {
  if (process.platform !== "linux") return "it takes rules of Linux for one process";
  if (process.getuid?.() !== 0) return "it takes root to drop packets of one process";
  if (spawnSync("nft", ["--version"]).status !== 0) return "it takes nft (Debian's package nftables)";
  if (mountPoint() === undefined) return `it takes cgroups of version 2, mounted below ${GROUPS}`;
  return undefined;
}

/** Where groups of version 2 are. */
function mountPoint(): string | undefined {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const points = mounts.map((line) => line.split(" ")).filter(([, , type]) => type === "cgroup2");
  return points.map(([, point = ""]) => point).find((point) => point === GROUPS || point.startsWith(`${GROUPS}/`));
}

/** The folder of the group that a process is in; empty where there are none. */
function groupOf(pid: number): string {
  const own = /^0::(\/.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1];
  const point = mountPoint();
  return own === undefined || point === undefined ? "" : path.join(point, own);
}

async function load(rules: string): Promise<void> {
  const done = promisify(execFile)("nft", ["-f", "-"]);
  done.child.stdin?.end(rules);
  await done;
}
