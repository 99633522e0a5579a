import { UserError } from "../../infra/errors.ts";
import { diskFault } from "../../toolchain/disk-fault.ts";
import { Interrupted } from "./interruptible.ts";
import { ExitError, say } from "./output.ts";

/** Shows an error as a person needs it and tells the exit code: 1 failed, 2 usage or invalid stack, or the error's own. */
export function exitCodeOf(thrown: unknown, debug: boolean): number {
  const error = diskFault(thrown) ?? thrown;
  if (error instanceof ExitError || error instanceof Interrupted) return error.code;
  if (error instanceof UserError) {
    say(`error: ${error.message}\n  next: ${error.next}`);
    if (debug) say(error.stack ?? "");
    return error.exitCode;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  say(`error: ${message}`);
  say(debug ? (stack ?? "") : "  next: run it again with --debug before the command to see where it comes from");
  return 1;
}
