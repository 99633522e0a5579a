import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** A reader of the file finds the whole text or none. @param mode its rights; absent: those of a new file. */
export async function writeAtomically(file: string, text: string, mode?: number): Promise<void> {
  const target = resolve(file);
  await mkdir(dirname(target), { recursive: true });
  const aside = `${target}.${process.pid}.tmp`;
  await writeFile(aside, text, mode === undefined ? {} : { mode: mode & 0o700 });
  if (mode !== undefined) await chmod(aside, mode);
  await rename(aside, target);
}
