import { randomUUID } from "node:crypto";
import { closeSync, fchmodSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { diskFault } from "./disk-fault.ts";

/**
 * Writes a file whole or not at all: a reader finds the text before or the one after, also after a full disk or a power cut.
 * It is on the disk when this returns.
 *
 * @param mode its rights; absent: those of a new file.
 */
export function writeWhole(file: string, content: string | Uint8Array, mode?: number): void {
  const target = resolve(file);
  const aside = `${target}.${process.pid}.new`;
  try {
    rmSync(aside, { force: true });
    // Never open to others, not even for a moment.
    const descriptor = openSync(aside, "wx", mode === undefined ? 0o666 : mode & 0o700);
    try {
      writeFileSync(descriptor, content);
      if (mode !== undefined) fchmodSync(descriptor, mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(aside, target);
    syncFolder(dirname(target));
  } catch (error) {
    rmSync(aside, { force: true });
    throw diskFault(named(error, target)) ?? error;
  }
}

/**
 * Makes a file that does not exist yet, whole and in one atomic step: of several that try, one succeeds.
 *
 * @returns false when it exists.
 */
export function createWhole(file: string, content: string, mode: number): boolean {
  const aside = `${file}.${randomUUID()}`;
  try {
    writeWhole(aside, content, mode);
    linkSync(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Makes a rename in that folder last. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } catch {
    // Some file systems sync no folders; the file is whole all the same.
  } finally {
    closeSync(descriptor);
  }
}

/** A failed write names no file, a failed rename two. */
function named(error: unknown, file: string): unknown {
  return error instanceof Error ? Object.assign(error, { path: file, dest: undefined }) : error;
}
