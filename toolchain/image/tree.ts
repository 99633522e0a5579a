import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "./layer.ts";

/**
 * Files and links below a directory, as entries whose path `place` decides; undefined leaves one out. Of the modes only
 * "executable or not" is kept: what else they say comes from the umask of whoever unpacked them.
 */
export function entriesOf(directory: string, place: (path: string) => string | undefined): Entry[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).flatMap((name): Entry[] => {
    const path = place(name);
    const from = join(directory, name);
    const found = lstatSync(from);
    if (path === undefined || found.isDirectory()) return [];
    if (found.isSymbolicLink()) return [{ kind: "link", path, to: readlinkSync(from) }];
    return [{ kind: "file", path, from, size: found.size, mode: found.mode & 0o100 ? 0o755 : 0o644 }];
  });
}

/** The path after Debian's merge of / and /usr: `lib/x` became `usr/lib/x`. */
export function merged(path: string, short: readonly string[]): string {
  return short.includes(path.split("/", 1)[0] ?? "") ? `usr/${path}` : path;
}
