import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Where a node keeps what lives as long as its process: no other user can read it or leave something there, and what a node that
 * was killed left is gone at its next start. Kafka unpacks its compression codecs there and loads them, which a file system that
 * is mounted noexec refuses.
 *
 * @returns options of the JVM; none where nothing can be loaded from the folder: Java's default then, and `warn` says so.
 */
export function emptyTemporaryFolder(folder: string, warn: (message: string) => void): string[] {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
  // Whatever the umask.
  chmodSync(folder, 0o700);
  if (loads(folder)) return [`-Djava.io.tmpdir=${folder}`];
  warn(`${folder} is mounted noexec, and Kafka loads its codecs from there: the system's temporary folder is used`);
  return [];
}

/** A library may be loaded from where a program may be run. */
function loads(folder: string): boolean {
  const program = path.join(folder, "may-run");
  try {
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o700 });
    return (spawnSync(program, { stdio: "ignore" }).error as NodeJS.ErrnoException | undefined)?.code !== "EACCES";
  } finally {
    rmSync(program, { force: true });
  }
}
