import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../../../../toolchain/write-whole.ts";
import { ADMIN_FILE } from "../../../plan/identities.ts";
import { nodeFile } from "../../node-file.ts";
import type { LocalNodeArgs } from "../render.ts";

export interface NodePaths {
  readonly config: string;
  readonly logs: string;
  /** See temporary-folder.ts. */
  readonly temporary: string;
  readonly pidFile: string;
}

export function nodePaths(directory: string): NodePaths {
  return {
    config: path.join(directory, "config"),
    logs: path.join(directory, "logs"),
    temporary: path.join(directory, "tmp"),
    pidFile: path.join(directory, "node.pid"),
  };
}

/** The log of a node, in its folder of logs. */
export const nodeLog = (logs: string): string => path.join(logs, "node.log");

/** Writes the node's files, readable by their owner only (they may hold secrets), each whole or not at all. */
export function writeNodeFiles(node: LocalNodeArgs): void {
  const { config, logs } = nodePaths(node.directory);
  for (const folder of [config, logs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, content] of contentsOf(node)) {
    writeWhole(path.join(config, name), content, 0o600);
  }
  // It had it by an earlier release, or before a migration.
  if (!(ADMIN_FILE in node.files)) rmSync(path.join(config, ADMIN_FILE), { force: true });
}

/** Names of the files that someone changed or removed behind our back. */
export function driftedFiles(node: Pick<LocalNodeArgs, "directory" | "files">): string[] {
  const { config } = nodePaths(node.directory);
  return contentsOf(node)
    .filter(([name, content]) => {
      const file = path.join(config, name);
      return !existsSync(file) || !readFileSync(file).equals(content);
    })
    .map(([name]) => name);
}

const contentsOf = ({ files }: Pick<LocalNodeArgs, "files">) =>
  Object.entries(files).map(([name, text]) => nodeFile(name, text));
