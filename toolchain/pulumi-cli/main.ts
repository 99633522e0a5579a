/** `npx pulumi …`: gets the CLI if it is missing, says where state is kept, and hands over to it. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { UserError } from "../../infra/errors.ts";
import { diskFault } from "../disk-fault.ts";
import { stateHome } from "../places.ts";
import { stderrProgress } from "../progress.ts";
import { ensurePulumi } from "../pulumi.ts";
import { pulumiCommandEnvironment } from "../pulumi-command.ts";
import { ROOM_BYTES, ROOM_TO_DELETE_BYTES, requireRoom } from "../room.ts";

/** Commands of Pulumi's that write a stack's state for as long as they run. */
const WRITES = ["up", "update", "refresh", "destroy", "import"];

try {
  const yes = process.argv.includes("--yes") || process.argv.includes("-y");
  if (process.argv.some((arg) => WRITES.includes(arg)))
    requireRoom([stateHome()], process.argv.includes("destroy") ? ROOM_TO_DELETE_BYTES : ROOM_BYTES);
  const pulumi = await ensurePulumi({ env: process.env, yes, progress: stderrProgress });
  const { env, notices } = pulumiCommandEnvironment(pulumi, process.env, process.argv.slice(2));
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  handOver(pulumi, env);
} catch (thrown) {
  const error = diskFault(thrown) ?? thrown;
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`pulumi: ${error.message}\n  next: ${error.next}\n`);
  process.exitCode = error.exitCode;
}

/** As near to exec as Node comes: the same streams, signals passed on, the same ending. */
function handOver(pulumi: string, env: NodeJS.ProcessEnv): void {
  const child = spawn(pulumi, process.argv.slice(2), { stdio: "inherit", env });
  // The terminal sends Ctrl-C to both; Pulumi decides what it means, and this process outlives it.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    throw error;
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}
