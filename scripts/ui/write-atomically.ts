import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { writeWhole } from "../../toolchain/write-whole.ts";

/** A reader of the file finds the whole text or none; folders above it are made. @param mode its rights; absent: those of a new file. */
export async function writeAtomically(file: string, text: string, mode?: number): Promise<void> {
  const target = resolve(file);
  await mkdir(dirname(target), { recursive: true });
  writeWhole(target, text, mode);
}
