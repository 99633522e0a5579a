import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../../infra/errors.ts";
import { projectRoot } from "../../../infra/paths.ts";
import { planCluster } from "../../../infra/plan/plan.ts";
import { parseStack } from "../../../infra/spec/parse.ts";
import { resolveStack, type StackFile } from "../../../infra/stack-file.ts";
import { sayWarnings } from "../../ui/warnings.ts";

/** Where a stack file may be written. @throws UserError when it must not. */
export function placeFor(argument: string, force: boolean): StackFile {
  const place = resolveStack(argument);
  const folder = path.dirname(place.file);
  if (!existsSync(folder)) throw new UserError(`wanted a folder to write to, found no ${folder}`, "make it first", 2);
  if (!force && existsSync(place.file)) throw alreadyThere(place);
  return place;
}

/** The JSON Schema as seen from a file that lies beside it. */
export const schemaFor = ({ file }: StackFile): string | undefined =>
  path.dirname(file) === path.join(projectRoot, "stacks") ? "./schema.json" : undefined;

/**
 * Writes a stack file that loads, whole or not at all, and says what is unwise about it.
 *
 * @throws StackFileError when the text is no valid stack: nothing is then written.
 * @throws UserError when there is a file already and `force` does not allow to replace it.
 */
export function writeStack(place: StackFile, text: string, force: boolean): void {
  const { spec, warnings } = parseStack(text, place.file);
  planCluster(spec, place.name);
  sayWarnings(warnings);
  const aside = `${place.file}.${process.pid}.tmp`;
  writeFileSync(aside, text);
  try {
    if (force) renameSync(aside, place.file);
    // Unlike a rename it fails when somebody else was quicker.
    else linkSync(aside, place.file);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? alreadyThere(place) : error;
  } finally {
    rmSync(aside, { force: true });
  }
}

const alreadyThere = ({ file }: StackFile): UserError =>
  new UserError(
    `wanted to write a new stack file, found ${file} there already`,
    "take another name, or add --force to replace it",
    2,
  );
