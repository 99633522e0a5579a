import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readdirSync, readSync, statSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const NAME = ".kafka-stacks.json";
const EDGE_BYTES = 4096;

interface FileRecord {
  readonly size: number;
  readonly mtimeMs: number;
  /** SHA-256 of the first and last 4 KiB: cheap, and enough to see a file that a crash left filled with zeros. */
  readonly edges: string;
  readonly sha256: string;
}

type Manifest = Readonly<Record<string, FileRecord>>;

/** Writes down every file of a finished directory, so that a later run can tell whether it is still whole. */
export async function writeManifest(directory: string): Promise<void> {
  const manifest: Record<string, FileRecord> = {};
  for (const file of listFiles(directory)) {
    const path = join(directory, file);
    const { size, mtimeMs } = statSync(path);
    manifest[file] = { size, mtimeMs, edges: hashEdges(path, size), sha256: await hashAll(path) };
  }
  const path = join(directory, NAME);
  await writeFile(`${path}.new`, `${JSON.stringify(manifest, null, 1)}\n`);
  await rename(`${path}.new`, path);
}

/** Without it the directory is not intact any more, whatever is in it. */
export async function removeManifest(directory: string): Promise<void> {
  await rm(join(directory, NAME), { force: true });
}

/**
 * Whether the directory holds exactly the files of its manifest:
 *
 * 1. the same names and sizes, and the same first and last bytes: a few milliseconds, done at every run;
 * 2. where only a time differs (the cache was copied or touched), the whole content, once.
 *
 * A directory without a readable manifest is not intact.
 *
 * @param readEveryMs how often the whole content is read, whatever the times say: a disk may damage the middle of a file.
 */
export async function isIntact(directory: string, readEveryMs = Infinity): Promise<boolean> {
  try {
    const file = join(directory, NAME);
    const manifest: Manifest = JSON.parse(await readFile(file, "utf8"));
    const isOld = Date.now() - statSync(file).mtimeMs > readEveryMs;
    const files = listFiles(directory);
    if (files.length === 0 || files.join("\n") !== Object.keys(manifest).join("\n")) return false;
    let touched = isOld;
    for (const [file, record] of Object.entries(manifest)) {
      const path = join(directory, file);
      const { size, mtimeMs } = statSync(path);
      if (size !== record.size || hashEdges(path, size) !== record.edges) return false;
      if (mtimeMs === record.mtimeMs && !isOld) continue;
      if ((await hashAll(path)) !== record.sha256) return false;
      touched = true;
    }
    if (touched) await writeManifest(directory);
    return true;
  } catch {
    return false;
  }
}

function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith(NAME))
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

function hashEdges(path: string, size: number): string {
  const buffer = Buffer.alloc(2 * EDGE_BYTES);
  const file = openSync(path, "r");
  try {
    readSync(file, buffer, 0, EDGE_BYTES, 0);
    readSync(file, buffer, EDGE_BYTES, EDGE_BYTES, Math.max(0, size - EDGE_BYTES));
  } finally {
    closeSync(file);
  }
  return createHash("sha256").update(buffer).digest("hex");
}

async function hashAll(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
