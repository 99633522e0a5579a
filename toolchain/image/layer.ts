import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { posix } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Header, type Pack, pack } from "tar-stream";
import { EPOCH } from "./recipe.ts";

/** One file of an archive. Paths are relative, without a slash at either end. */
export type Entry =
  | { readonly kind: "directory"; readonly path: string; readonly mode: number; readonly uid?: number }
  | { readonly kind: "link"; readonly path: string; readonly to: string }
  | { readonly kind: "text"; readonly path: string; readonly text: string }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly mode: number;
      readonly size: number;
      /** Where its content lies on this machine. */
      readonly from: string;
    };

export interface Written {
  /** SHA-256 of the archive, in hexadecimal. */
  readonly digest: string;
  /** Of the archive, in bytes. */
  readonly size: number;
}

/**
 * Writes entries as a tar archive whose bytes depend on nothing but them: sorted by path, one fixed time, owner root
 * unless an entry says otherwise. Directories that are not listed are added above what is.
 */
export async function writeTar(entries: readonly Entry[], file: string): Promise<Written> {
  const hash = createHash("sha256");
  let size = 0;
  const archive = pack();
  const counted = new PassThrough().on("data", (chunk: Buffer) => {
    hash.update(chunk);
    size += chunk.length;
  });
  await Promise.all([addAll(archive, withParents(entries)), pipeline(archive, counted, createWriteStream(file))]);
  return { digest: hash.digest("hex"), size };
}

function withParents(entries: readonly Entry[]): Entry[] {
  const all = new Map<string, Entry>();
  for (const entry of entries) {
    if (all.has(entry.path)) throw new Error(`${entry.path} would be in the archive twice`);
    all.set(entry.path, entry);
  }
  for (const { path } of entries)
    for (let parent = posix.dirname(path); parent !== "."; parent = posix.dirname(parent))
      if (!all.has(parent)) all.set(parent, { kind: "directory", path: parent, mode: 0o755 });
  // By code units, so that a directory comes before what is in it and no locale has a say.
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function addAll(archive: Pack, entries: readonly Entry[]): Promise<void> {
  try {
    for (const entry of entries) await add(archive, entry);
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

function add(archive: Pack, entry: Entry): Promise<void> {
  const common = { name: entry.path, mtime: new Date(EPOCH * 1000), uid: 0, gid: 0 };
  switch (entry.kind) {
    case "directory":
      return put(archive, {
        ...common,
        type: "directory",
        mode: entry.mode,
        uid: entry.uid ?? 0,
      });
    case "link":
      return put(archive, { ...common, type: "symlink", linkname: entry.to, mode: 0o777 });
    case "text":
      return put(archive, { ...common, mode: 0o644 }, entry.text);
    case "file":
      return put(archive, { ...common, mode: entry.mode, size: entry.size }, createReadStream(entry.from));
  }
}

type HeaderOf = Partial<Header> & Pick<Header, "name">;

function put(archive: Pack, header: HeaderOf, content: string | Readable = ""): Promise<void> {
  if (typeof content === "string")
    return new Promise((resolve, reject) => {
      archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
    });
  return pipeline(content, archive.entry(header));
}
