/** Asks one question of a pretended terminal, and ends as a command does: 0 for yes, 1 for no, or the error's own code. */
import { exitCodeOf } from "../../../scripts/ui/errors.ts";
import { confirm } from "../../../scripts/ui/output.ts";

process.stdin.isTTY = true;
process.stderr.isTTY = true;
try {
  process.exitCode = (await confirm("Go on?", {})) ? 0 : 1;
} catch (error) {
  process.exitCode = exitCodeOf(error, false);
}
