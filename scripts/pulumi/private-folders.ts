import { chmodSync, lstatSync, readdirSync } from "node:fs";
import path from "node:path";

/** Of the state folder, and what each has inside that is a folder: those of stacks. */
const OWN = ["pulumi", "verified", "down", "local", "docker", "kubernetes"];
const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Closes a state folder that others may look into, and our folders in it: made by hand, copied, or by an earlier release. A
 * folder of another user, or one that many share (sticky, such as /tmp), is left alone; so are links.
 */
export function keepPrivate(home: string): void {
  const own = OWN.map((name) => path.join(home, name));
  for (const folder of [home, ...own, ...own.flatMap(foldersIn)]) close(folder);
}

function close(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return;
  if ((found.mode & OTHERS) !== 0 && (found.mode & STICKY) === 0) chmodSync(folder, 0o700);
}

function foldersIn(folder: string): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name));
}
