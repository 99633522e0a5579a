import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../infra/errors.ts";

interface Fault {
  /** What the operating system or a Go program prints of it. */
  readonly text: RegExp;
  /** @param place the file or folder that was used. */
  readonly words: (place: string) => string;
  readonly next: (folder: string) => string;
}

/** What a disk or its rights refuse, by the code that Node gives: the one place that puts it into words. */
const FAULTS: Readonly<Record<string, Fault>> = {
  ENOSPC: {
    text: /ENOSPC|no space left on device/i,
    words: (place) => `the file system of ${place} is full`,
    next: (folder) => `free some space there (df -h ${folder}), then run the same command again`,
  },
  EDQUOT: {
    text: /EDQUOT|disk quota exceeded/i,
    words: (place) => `your disk quota on the file system of ${place} is used up`,
    next: (folder) => `delete something there or ask for more (quota -s; ${folder}), then run the same command again`,
  },
  EROFS: {
    text: /EROFS|read-only file system/i,
    words: (place) => `${place} is on a file system that is mounted read-only`,
    next: (folder) =>
      `mount it for writing (findmnt -T ${folder}; after disk errors Linux mounts read-only, see dmesg), then run the same command again`,
  },
  EACCES: {
    text: /EACCES|permission denied/i,
    words: (place) => `you may not use ${place}`,
    next: (folder) => `run the command as the user that owns it (ls -ld ${folder}), or give yourself the right`,
  },
  EPERM: {
    text: /EPERM|operation not permitted/i,
    words: (place) => `the system does not permit the change of ${place}`,
    next: (folder) => `run the command as the user that owns it (ls -ld ${folder}), or give yourself the right`,
  },
  EIO: {
    text: /EIO\b|input\/output error/i,
    words: (place) => `the disk of ${place} reports errors`,
    next: (folder) =>
      `look what the system says of the disk of ${folder} (dmesg), and replace it; put the folder back from a copy`,
  },
};

/** An error of the file system as a person needs it; undefined when it is another error. */
export function diskFault(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || error instanceof UserError) return undefined;
  const { code, path, dest, syscall } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const place = dest ?? path;
  if (syscall === "mkdir" && code === "ENOENT" && place !== undefined) return diskFault(whyNoFolder(place));
  const fault = code === undefined ? undefined : FAULTS[code];
  // Without a path it is no file: EACCES of a port, for example.
  return fault && place !== undefined ? new UserError(fault.words(place), fault.next(dirname(place))) : undefined;
}

/** Of a folder and those above it, Node does not tell why none could be made. */
function whyNoFolder(folder: string): unknown {
  if (!existsSync(folder) && dirname(folder) !== folder) return whyNoFolder(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    return error;
  }
  return undefined;
}

/** What to do when another program printed that a disk refused; undefined when it printed nothing of the kind. */
export function nextAfterDiskFault(printed: string, folder: string): string | undefined {
  return Object.values(FAULTS)
    .find(({ text }) => text.test(printed))
    ?.next(folder);
}
