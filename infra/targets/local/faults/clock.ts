/**
 * Another time for one node of this machine. The machine's clock is everybody's, so it takes a node that was started with
 * libfaketime, which adds what stands in a file to every reading of the clock; a node that was not is left alone.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../../errors.ts";
import { expiryOf } from "../../../expiry.ts";
import { Keepers } from "../../keeper.ts";
import type { LastingNodeFault } from "../../target.ts";
import { nodePaths } from "../provider/node-files.ts";
import type { ProcessIdentity } from "../provider/process.ts";

/** How far from the machine's clock. @throws UserError when that cannot be said. */
export type Shift = (nodeDirectory: string) => number;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Below the seven days after which Kafka deletes records by their age (log.retention.hours): the copies of others too. */
const FARTHEST_MS = 6 * DAY_MS;

/** Each with keepers of its own. @param shift how far it jumps. */
export function clockFault(
  nodeDirectory: (nodeId: number) => string,
  running: (nodeId: number) => ProcessIdentity | undefined,
  shift: Shift,
): LastingNodeFault {
  const keepers = new Keepers();
  const clockOf = (nodeId: number): string => {
    const found = running(nodeId);
    if (!found) throw new UserError(`node ${nodeId} does not run`, "start it: kafka-stacks up, then run this again");
    return clockFile(environmentOf(found.pid), nodeDirectory(nodeId));
  };
  const judge = (nodeId: number) => ({ file: clockOf(nodeId), byMs: bounded(shift(nodeDirectory(nodeId))) });
  return {
    async unfit(nodeId) {
      try {
        judge(nodeId);
        return undefined;
      } catch (error) {
        if (error instanceof UserError) return error.message;
        throw error;
      }
    },

    async begin(nodeId, limitMs) {
      const { file, byMs } = judge(nodeId);
      const back = `sleep ${Math.ceil(limitMs / 1000)}; echo +0 >"$0.back"; mv "$0.back" "$0"`;
      keepers.start(nodeId, "/bin/sh", ["-c", back, file]);
      write(file, byMs);
    },

    /** A node that died meanwhile begins with the right time again. */
    async end(nodeId) {
      const found = running(nodeId);
      if (found && clockFileOf(environmentOf(found.pid)) !== undefined) write(clockOf(nodeId), 0);
      keepers.dismiss(nodeId);
    },
  };
}

/** By one hour. */
export const ahead: Shift = () => HOUR_MS;
export const behind: Shift = () => -HOUR_MS;

/** An hour beyond the end of its certificate, which its peers' have with it: it was made together with them. */
export const beyondCertificate: Shift = (directory) => {
  const file = path.join(nodePaths(directory).config, "keystore.pem");
  if (!existsSync(file))
    throw new UserError("nodes have no certificates", "secure the cluster, or leave the fault out");
  return expiryOf(readFileSync(file, "utf8")).getTime() + HOUR_MS - Date.now();
};

function bounded(byMs: number): number {
  if (byMs <= FARTHEST_MS) return byMs;
  throw new UserError(
    `its certificate ends in ${Math.floor(byMs / DAY_MS)} days: at a jump beyond ${FARTHEST_MS / DAY_MS} days records are deleted by their age`,
    "use a cluster whose certificates live for less: security.certificates.lifetime",
  );
}

/** A file of the node's own that libfaketime goes by. @throws UserError when there is none. Pure. */
export function clockFile(environment: Readonly<Record<string, string>>, directory: string): string {
  const file = clockFileOf(environment);
  if (file === undefined)
    throw new UserError(
      "nodes share the clock of their machine",
      "start them with libfaketime and a FAKETIME_TIMESTAMP_FILE each, or leave the fault out",
    );
  if (path.dirname(file) === directory) return file;
  throw new UserError(`${file} may be the clock of other nodes too`, `give the node a file in ${directory}`);
}

function clockFileOf({ LD_PRELOAD = "", FAKETIME_TIMESTAMP_FILE }: Readonly<Record<string, string>>) {
  return LD_PRELOAD.includes("libfaketime") ? FAKETIME_TIMESTAMP_FILE : undefined;
}

/** Of a process as it was started; empty where it is not told. */
function environmentOf(pid: number): Record<string, string> {
  const file = `/proc/${pid}/environ`;
  if (!existsSync(file)) return {};
  const entries = readFileSync(file, "utf8").split("\0");
  return Object.fromEntries(entries.filter((one) => one.includes("=")).map((one) => splitOnce(one)));
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Whole or not at all: it is read at any time. */
function write(file: string, byMs: number): void {
  const seconds = Math.round(byMs / 1000);
  writeFileSync(`${file}.new`, `${seconds < 0 ? "" : "+"}${seconds}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
