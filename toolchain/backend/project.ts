import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";

/**
 * Removes the project file that a full disk or a crash left without content: Pulumi fails on it for ever, and it is written
 * anew by the next deployment. @returns what was done, in words.
 */
export function removeTornProject(folder: string): string[] {
  const file = join(folder, "Pulumi.yaml");
  if (!existsSync(file)) return [];
  const project = parseDocument(readFileSync(file, "utf8"));
  if (project.errors.length === 0 && isMap(project.contents) && typeof project.get("name") === "string") return [];
  rmSync(file);
  return [`${file} was not whole: removed, the next deployment writes it`];
}
