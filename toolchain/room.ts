import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../infra/errors.ts";

const MB = 1_000_000;

/** Pulumi's state is written again for every resource, and a node's log grows at once: less does not last. */
export const ROOM_BYTES = 50 * MB;
/** Deleting is how room is made: enough for a few copies of the state. */
export const ROOM_TO_DELETE_BYTES = 5 * MB;

/** Refuses while the file system of one of the folders, there yet or not, has less free. @throws UserError that names it. */
export function requireRoom(folders: readonly string[], bytes: number, freeBytes = freeBytesOf): void {
  for (const folder of folders) {
    const place = nearestThere(folder);
    const free = freeBytes(place);
    if (free === undefined || free >= bytes) continue;
    throw new UserError(
      `the file system of ${place} has ${(free / MB).toFixed(1)} MB free, and ${bytes / MB} MB are wanted: a full disk would leave the state half-written`,
      `free some space there (df -h ${place}), then run the same command again; nothing was changed`,
    );
  }
}

function nearestThere(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestThere(dirname(folder));
}

/** Undefined where the system does not tell: then nothing is refused. */
function freeBytesOf(folder: string): number | undefined {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}
