import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this checkout. */
export const projectRoot = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Where state that no one commits is kept: `.kafka-stacks/` of the project, or `KAFKA_STACKS_HOME`. */
export function stateHome(): string {
  return path.resolve(process.env.KAFKA_STACKS_HOME || path.join(projectRoot, ".kafka-stacks"));
}
