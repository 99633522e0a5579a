import { mkdir, readlink, rename, symlink, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { monotonic } from "../base/time.ts";
import { processStart } from "./process.ts";

/**
 * Runs `work` while no other process holds `path`. The lock is a symbolic link whose target names its owner
 * (`<pid>@<start time>`): made in one atomic call, never half-written, and stale as soon as that process is gone.
 *
 * The lock only saves double work. Whoever writes under it still writes aside and renames, so even two owners at
 * once (a stale lock taken over in the same instant by two processes) cannot harm what it guards.
 */
export async function withLock<T>(
  path: string,
  waiting: (owner: string) => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const me = `${process.pid}@${processStart(process.pid)}`;
  for (let told = false; !(await take(path, me)); ) {
    const owner = await readlink(path).catch(() => undefined);
    if (owner === undefined) continue;
    if (isGone(owner)) {
      await removeStale(path, owner);
      continue;
    }
    if (!told) waiting(owner);
    told = true;
    await monotonic.sleep(100, signal);
  }
  try {
    return await work();
  } finally {
    if ((await readlink(path).catch(() => undefined)) === me) await unlink(path).catch(() => undefined);
  }
}

async function take(path: string, me: string): Promise<boolean> {
  try {
    await symlink(me, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function isGone(owner: string): boolean {
  const [pid, start] = owner.split("@");
  return processStart(Number(pid)) !== start;
}

/** Moves the lock away before deleting it, so that a fresh lock made meanwhile is noticed and put back. */
async function removeStale(path: string, owner: string): Promise<void> {
  const away = `${path}.stale-${process.pid}`;
  try {
    await rename(path, away);
    const moved = await readlink(away);
    await unlink(away);
    if (moved !== owner) await symlink(moved, path);
  } catch {
    // Another process was faster: the next attempt to take the lock shows the truth.
  }
}
