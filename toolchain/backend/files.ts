import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

const CHECKPOINT = /\.json(\.gz|\.zst)?$/;

/** A stack of a file backend. */
export interface StackFiles {
  /** The last part of its path. */
  readonly name: string;
  /** Its checkpoint without compression, there or not. */
  readonly file: string;
  /** Its checkpoints, compressed in one way or another; Pulumi reads the one that was written last. */
  readonly found: readonly string[];
}

/** Where Pulumi keeps what it knows below the folder of a backend (pkg/backend/diy/store.go). */
const keeping = (directory: string, what: string): string => join(directory, ".pulumi", what);

export const metaFile = (directory: string): string => keeping(directory, "meta.yaml");

/** Every lock of every stack. */
export const lockFiles = (directory: string): string[] => list(keeping(directory, "locks"), /\.json$/);

export function stackFiles(directory: string): StackFiles[] {
  const all = Map.groupBy(list(keeping(directory, "stacks"), CHECKPOINT), (file) => file.replace(CHECKPOINT, ".json"));
  return [...all].map(([file, found]) => ({ name: basename(file, ".json"), file, found: newestFirst(found) }));
}

/** Stacks lie in a folder of their project, unless the backend is of an old layout. */
export const isOldLayout = (directory: string): boolean =>
  stackFiles(directory).some(({ file }) => dirname(file) === keeping(directory, "stacks"));

/**
 * Copies of a stack's checkpoint, the newest first: the one before the last write (`.bak`), and those that every update
 * leaves in `backups` and `history`.
 */
export function copiesOf(directory: string, { name, file }: StackFiles): string[] {
  const place = relative(keeping(directory, "stacks"), file).replace(/\.json$/, "");
  const before = ["", ".gz", ".zst"].map((ending) => `${file}${ending}.bak`).filter((copy) => existsSync(copy));
  const backups = list(keeping(directory, join("backups", place)), CHECKPOINT, 1);
  const history = list(keeping(directory, join("history", place)), /\.checkpoint\.json(\.gz|\.zst)?$/, 1);
  // In the old layout the folder of a stack may be that of a project as well.
  const own = [...backups, ...history].filter((copy) => basename(copy).startsWith(name));
  return newestFirst([...before, ...own]);
}

function list(folder: string, wanted: RegExp, depth = 8): string[] {
  if (depth === 0 || !existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) return list(place, wanted, depth - 1);
    return wanted.test(entry.name) ? [place] : [];
  });
}

const newestFirst = (files: readonly string[]): string[] =>
  files
    .map((file) => ({ file, written: statSync(file).mtimeMs }))
    .toSorted((a, b) => b.written - a.written)
    .map(({ file }) => file);
