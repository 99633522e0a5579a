import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { type LoadedSpec, parseStack } from "./parse.ts";

export { type LoadedSpec, parseStack } from "./parse.ts";

/**
 * Reads and checks a stack file.
 *
 * @param text that it shall be taken to have.
 * @throws StackFileError with everything that is wrong with it.
 * @throws UserError when there is no such file, naming those that are there.
 */
export function loadStack(file: string, text?: string): LoadedSpec {
  const shown = displayName(file);
  if (!existsSync(file)) throw new UserError(`wanted a stack file, found no ${shown}`, offer(file), 2);
  return parseStack(text ?? readFileSync(file, "utf8"), shown);
}

/** Relative to the working directory where it lies below it, which is what a person can click or type. */
function displayName(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file));
  return relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

function offer(file: string): string {
  const folder = path.dirname(file);
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  // Not Pulumi.yaml and the like: a stack's name is in lower case.
  const names = entries.filter((name) => /^[a-z0-9-]+\.ya?ml$/.test(name) && name !== "reference.yaml");
  const stacks = names.map((name) => name.replace(/\.ya?ml$/, "")).toSorted();
  return stacks.length > 0 ? `choose one of ${stacks.join(", ")}, or write that file` : "write that file";
}
