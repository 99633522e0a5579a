import { formatIssue, type Issue } from "../../infra/errors.ts";
import { say } from "./output.ts";

/** What is legal but unwise about a stack file, a line each, on stderr. */
export function sayWarnings(warnings: readonly Issue[]): void {
  for (const warning of warnings) say(`warning: ${formatIssue(warning)}`);
}
