import { existsSync, readFileSync, rmSync } from "node:fs";
import { writeWhole } from "../write-whole.ts";
import { type Checkpoints, restoreCheckpoints } from "./checkpoints.ts";
import { isOldLayout, metaFile } from "./files.ts";
import { removeTornLocks } from "./locks.ts";

/** What a full disk or a crash left in a file backend is put right, and every change told. */
export function repairBackend(directory: string): Checkpoints {
  if (!existsSync(directory)) return { states: [], notices: [], lost: new Map() };
  const locks = removeTornLocks(directory);
  const meta = restoreMeta(directory);
  const { states, notices, lost } = restoreCheckpoints(directory);
  return { states, lost, notices: [...locks, ...meta, ...notices] };
}

/** The file that says how a backend is laid out, which can be seen as well. */
function restoreMeta(directory: string): string[] {
  const file = metaFile(directory);
  if (!existsSync(file) || /^\s*version:\s*\d+\s*$/m.test(readFileSync(file, "utf8"))) return [];
  // The old layout has none.
  if (isOldLayout(directory)) rmSync(file);
  else writeWhole(file, "version: 1\n");
  return [`${file} was not whole: written again`];
}
