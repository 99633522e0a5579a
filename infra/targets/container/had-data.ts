import { ANY_DIRECTORY } from "../decisions/node-data.ts";

/** The mark beside a node's configuration by which start.sh knows that the node has had data: see there. */
export const HAD_DATA = "had-data";

/**
 * @param directories ids of data directories by their paths in the container.
 * @param cure the command that gives the node an empty disk.
 */
export function hadData(directories: Readonly<Record<string, string>>, cure: string): string {
  const lines = Object.entries(directories).map(([path, id]) => `${path}=${id === ANY_DIRECTORY ? "" : id}\n`);
  return `cure=${cure}\n${lines.join("")}`;
}
