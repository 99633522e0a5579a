import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../../../toolchain/write-whole.ts";
import { UserError } from "../../errors.ts";

/** Holds the same, for when the file is torn or lost: without it a cluster would get another id, or another authority. */
const copyOf = (file: string): string => `${file}.bak`;

/** A JSON object that decides something for a cluster. Readable by its owner only, because there are secrets in it. */
export function writeKeptFile(directory: string, name: string, content: object): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, name);
  const text = JSON.stringify(content, null, 2);
  for (const each of [file, copyOf(file)]) writeWhole(each, text, 0o600);
}

/**
 * What was written last; undefined when nothing was. A file that is not whole is put back from its copy.
 *
 * @param has names of what is in every file of that name: an object without them is not whole either.
 * @throws UserError when neither is whole: taken for nothing, the cluster would be taken for a new one.
 */
export function readKeptFile<T extends object>(
  directory: string,
  name: string,
  has: readonly (keyof T & string)[] = [],
): T | undefined {
  const file = path.join(directory, name);
  const there = existsSync(file);
  const found = there ? parse(file, has) : undefined;
  if (found) return found;
  const copy = copyOf(file);
  const kept = existsSync(copy) ? parse(copy, has) : undefined;
  if (kept) writeWhole(file, readFileSync(copy), 0o600);
  else if (there || existsSync(copy)) throw torn(there ? file : copy);
  return kept;
}

function parse<T extends object>(file: string, has: readonly (keyof T & string)[]): T | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof content !== "object" || content === null || Array.isArray(content)) return undefined;
    return has.every((key) => key in content) ? (content as T) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const torn = (file: string): UserError =>
  new UserError(
    `${file} is not whole, a full disk or a crash leaves that, and no copy next to it is; it says what the cluster is known by, so nothing was changed`,
    "put the file back from your backup of the state folder, then run the same command again",
  );
