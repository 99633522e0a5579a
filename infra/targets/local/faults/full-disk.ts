import { closeSync, existsSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../../errors.ts";
import { Keepers } from "../../keeper.ts";
import type { LastingNodeFault } from "../../target.ts";

/** A disk that is full on purpose must be nobody else's: mounted for this one node, and no larger than a test makes it. */
const AT_MOST_BYTES = 2 ** 30;
const CHUNK = Buffer.alloc(2 ** 20);
/** Beside the logs: Kafka looks at directories only. */
const FILLER = "kafka-stacks-chaos-filler";

/** Leaves no room to a node, whose broker then ends itself, as Kafka does when it has no directory left to write to. */
export function diskFault(nodeDirectory: (nodeId: number) => string): LastingNodeFault {
  const data = (nodeId: number) => path.join(nodeDirectory(nodeId), "data");
  const keepers = new Keepers();
  return {
    unfit: async (nodeId) => whyNot(data(nodeId)),

    async begin(nodeId, limitMs) {
      const directory = data(nodeId);
      const why = whyNot(directory);
      if (why !== undefined)
        throw new UserError(why, "stop the node and mount one there, for example a tmpfs with size=512m");
      const filler = path.join(directory, FILLER);
      keepers.start(nodeId, "/bin/sh", ["-c", `sleep ${Math.ceil(limitMs / 1000)}; rm -f "$0"`, filler]);
      fillUp(filler);
    },

    async end(nodeId) {
      rmSync(path.join(data(nodeId), FILLER), { force: true });
      keepers.dismiss(nodeId);
    },
  };
}

function whyNot(directory: string): string | undefined {
  if (isOwnSmallDisk(directory)) return undefined;
  return `${directory} is not filled: it is no file system of its own below 1 GiB`;
}

function isOwnSmallDisk(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const { bsize, blocks } = statfsSync(directory);
  return bsize * blocks < AT_MOST_BYTES && statSync(directory).dev !== statSync(path.dirname(directory)).dev;
}

/** Until nothing more fits: whole chunks first, then single bytes of what is left of a block. */
function fillUp(file: string): void {
  const descriptor = openSync(file, "w", 0o600);
  try {
    for (let size = CHUNK.length; size >= 1; size = Math.floor(size / 16)) writeWhileRoom(descriptor, size);
  } finally {
    closeSync(descriptor);
  }
}

function writeWhileRoom(descriptor: number, size: number): void {
  try {
    for (;;) writeSync(descriptor, CHUNK, 0, size);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
