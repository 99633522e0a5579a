import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { withLock } from "./lock.ts";
import { isIntact, removeManifest, writeManifest } from "./manifest.ts";
import { processStart } from "./process.ts";
import { note, type Progress } from "./progress.ts";

/**
 * Makes `directory` whole by calling `fill` with an empty directory beside it, which takes its place only when it is
 * finished: whoever looks sees either nothing or everything, even if this process is killed half-way.
 *
 * 1. one process at a time; whoever waited finds the work done;
 * 2. leftovers of killed processes are swept;
 * 3. fill aside, write the manifest, rename into place.
 *
 * @param isDone whether nothing is to be made; default: it is there as it was made.
 */
export async function fillCache(
  directory: string,
  progress: Progress,
  fill: (aside: string) => Promise<void>,
  signal?: AbortSignal,
  isDone: () => Promise<boolean> = () => isIntact(directory),
): Promise<void> {
  const waiting = (owner: string) =>
    note(progress, `another process (${owner.split("@")[0]}) is making ${directory}: waiting for it`);
  const make = async () => {
    if (await isDone()) return;
    await sweep(directory);
    const aside = await mkdtemp(`${directory}.part-${process.pid}-`);
    try {
      await fill(aside);
      await writeManifest(aside);
      await replace(directory, aside);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  };
  await withLock(`${directory}.lock`, waiting, make, signal);
}

/** The directory's path if it is whole. Says so when it is there but is not. */
export async function fromCache(
  directory: string,
  progress: Progress,
  readEveryMs?: number,
): Promise<string | undefined> {
  if (await isIntact(directory, readEveryMs)) return directory;
  if (existsSync(directory)) {
    // What one look found damaged, a quicker one must not find whole.
    await removeManifest(directory);
    note(progress, `${directory} does not match its manifest (damaged or changed): making it again`);
  }
  return undefined;
}

async function replace(directory: string, aside: string): Promise<void> {
  const old = `${aside}.old`;
  await mkdir(dirname(directory), { recursive: true });
  if (existsSync(directory)) await rename(directory, old);
  await rename(aside, directory);
  await rm(old, { recursive: true, force: true });
}

async function sweep(directory: string): Promise<void> {
  const prefix = `${basename(directory)}.part-`;
  for (const name of await readdir(dirname(directory))) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (pid === process.pid || Number.isNaN(pid) || processStart(pid) !== undefined) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}
