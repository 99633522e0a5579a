import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { nearest } from "./nearest.ts";
import { type LoadedSpec, parseStack } from "./parse.ts";

export { type LoadedSpec, parseStack } from "./parse.ts";

/** There is no such file; the cluster of that name may be there all the same. */
export class NoStackFileError extends UserError {
  override readonly name = "NoStackFileError";
}

/**
 * Reads and checks a stack file.
 *
 * @param text that it shall be taken to have.
 * @throws StackFileError with everything that is wrong with it.
 * @throws UserError when there is no such file, naming those that are there, or when it cannot be read.
 */
export function loadStack(file: string, text?: string): LoadedSpec {
  const shown = displayName(file);
  const found = statOf(file);
  if (!found) throw new NoStackFileError(`wanted a stack file, found no ${shown}`, offer(file), 2);
  if (found.isDirectory()) throw new UserError(`wanted a stack file, found the folder ${shown}`, offerIn(file), 2);
  return parseStack(text ?? read(file, shown), shown);
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw unreadable(displayName(file), code);
  }
}

function read(file: string, shown: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw unreadable(shown, (error as NodeJS.ErrnoException).code);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const encoding = isUtf16 ? "UTF-16" : "another encoding";
    throw new UserError(`wanted text in UTF-8, found ${encoding} in ${shown}`, "save the file as UTF-8", 2);
  }
}

function unreadable(shown: string, code: string | undefined): UserError {
  const why = code === "EACCES" || code === "EPERM" ? "you may not read it" : (code ?? "unknown error");
  return new UserError(`cannot read the stack file ${shown}: ${why}`, `look at its permissions: ls -l ${shown}`, 2);
}

/** Relative to the working directory where it lies below it, which is what a person can click or type. */
export function displayName(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file));
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

function offer(file: string): string {
  const stacks = stacksIn(path.dirname(file));
  const name = path.basename(file).replace(/\.ya?ml$/i, "");
  const twin = stacks.find((known) => known.name === name);
  if (twin) return `did you mean ${displayName(path.join(path.dirname(file), twin.file))}?`;
  const names = stacks.map((known) => known.name);
  if (names.length === 0) return "write that file";
  const meant = nearest(name, names);
  return `${meant ? `did you mean ${meant}? Otherwise ` : ""}choose one of ${names.join(", ")}, or write that file`;
}

/** What of a folder can be named instead. */
export function offerIn(folder: string): string {
  const files = stacksIn(folder).map(({ file }) => displayName(path.join(folder, file)));
  return files.length > 0 ? `name one of its files: ${files.join(", ")}` : "name a file that ends in .yaml";
}

/** Not Pulumi.yaml and the like: a stack's name is in lower case. */
function stacksIn(folder: string): { readonly name: string; readonly file: string }[] {
  let entries: string[] = [];
  try {
    entries = readdirSync(folder);
  } catch {
    // A folder that is not there has none.
  }
  return entries
    .filter((file) => /^[a-z0-9-]+\.ya?ml$/.test(file) && file !== "reference.yaml")
    .map((file) => ({ name: file.replace(/\.ya?ml$/, ""), file }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
