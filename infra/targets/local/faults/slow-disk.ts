/**
 * A slow disk for one node. Nothing slows a file system from outside, so it takes a disk below it whose speed stands in a
 * file, as nbdkit's rate filter has it (nbdkit-rate-filter(1), rate-file: bits in a second, read again when the file is
 * replaced).
 */
import { copyFileSync, existsSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../../errors.ts";
import { Keepers } from "../../keeper.ts";
import type { LastingNodeFault } from "../../target.ts";

/** In the node's directory: the speed of the disk that its data lie on. */
export const RATE_FILE = "disk-rate";
/** Some 60 kB a second: a flush of a few blocks takes about as long. */
const SLOW_BITS = 500_000;

/** What the node wrote and did not flush stays in memory: slow are its flushes, and what it reads from the disk. */
export function slowFault(nodeDirectory: (nodeId: number) => string): LastingNodeFault {
  const keepers = new Keepers();
  const rateOf = (nodeId: number) => path.join(nodeDirectory(nodeId), RATE_FILE);
  /** Holds the right speed for as long as the disk is slow. */
  const keptOf = (nodeId: number) => `${rateOf(nodeId)}.kept`;
  return {
    unfit: async (nodeId) => whyNot(nodeDirectory(nodeId)),

    async begin(nodeId, limitMs) {
      const why = whyNot(nodeDirectory(nodeId));
      if (why !== undefined) throw new UserError(why, "put its data on such a disk, or leave the fault out");
      const [rate, kept] = [rateOf(nodeId), keptOf(nodeId)];
      // A speed that is kept already is the right one, and what stands in the other file is not.
      if (!existsSync(kept)) {
        copyFileSync(rate, `${kept}.new`);
        renameSync(`${kept}.new`, kept);
      }
      const later = `sleep ${Math.ceil(limitMs / 1000)}; mv "$1" "$0"`;
      keepers.start(nodeId, "/bin/sh", ["-c", later, rate, kept]);
      writeFileSync(`${rate}.new`, String(SLOW_BITS), { mode: 0o600 });
      renameSync(`${rate}.new`, rate);
    },

    async end(nodeId) {
      if (existsSync(keptOf(nodeId))) renameSync(keptOf(nodeId), rateOf(nodeId));
      keepers.dismiss(nodeId);
    },
  };
}

function whyNot(directory: string): string | undefined {
  const data = path.join(directory, "data");
  const own = existsSync(data) && statSync(data).dev !== statSync(directory).dev;
  if (own && existsSync(path.join(directory, RATE_FILE))) return undefined;
  return `${data} lies on no disk of its own whose speed can be set (${RATE_FILE} beside it)`;
}
