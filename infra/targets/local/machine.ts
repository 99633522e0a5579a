import { existsSync, statfsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import type { Machine } from "./preflight.ts";

/** Of this process: Node counts the limits of its control group (constrainedMemory, availableMemory) and its CPU set. */
export function thisMachine(dataDirectory: string): Machine {
  // Without a limit it is larger than any memory.
  const limit = process.constrainedMemory();
  return {
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    freeMemoryBytes: process.availableMemory(),
    cores: availableParallelism(),
    freeDiskBytes: freeDisk(dataDirectory),
  };
}

/** Of the file system of a folder, or of the nearest above it that is there. */
function freeDisk(folder: string): number | null {
  let nearest = folder;
  while (!existsSync(nearest) && path.dirname(nearest) !== nearest) nearest = path.dirname(nearest);
  try {
    const { bavail, bsize } = statfsSync(nearest);
    return bavail * bsize;
  } catch {
    return null;
  }
}
