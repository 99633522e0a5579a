import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../infra/errors.ts";
import { projectRoot } from "../../infra/paths.ts";
import { wrongPassphrase } from "../../toolchain/backend/passphrase.ts";
import { stderrProgress } from "../../toolchain/progress.ts";
import { ensurePulumi } from "../../toolchain/pulumi.ts";
import { hasState, requireNoOwnState } from "../../toolchain/state.ts";
import { isWrongPassphrase } from "./failure.ts";
import { environment, workDirectory } from "./workspace.ts";

/** Outputs of a stack as Pulumi keeps them; none when there is no such stack. One run of the CLI, no engine. */
export const readStackOutputs = async (stack: string): Promise<Record<string, unknown>> =>
  (await readKnownStack(stack)) ?? {};

/** As `readStackOutputs`; undefined for a stack that was never brought up. */
export async function readKnownStack(stack: string): Promise<Record<string, unknown> | undefined> {
  // Before anything was ever brought up there is nothing to ask, and no CLI need be got to ask it.
  if (!hasState()) return undefined;
  // A stack that plain `pulumi` brought up has no project file but the project's own.
  const home = workDirectory();
  const cwd = existsSync(path.join(home, "Pulumi.yaml")) ? home : projectRoot;
  const pulumi = await ensurePulumi({ env: process.env, yes: false, progress: stderrProgress });
  const args = ["stack", "output", "--json", "--show-secrets", "--non-interactive", "--stack", stack];
  try {
    const { stdout } = await promisify(execFile)(pulumi, args, { cwd, env: { ...process.env, ...environment(stack) } });
    const outputs = JSON.parse(stdout) as Record<string, unknown>;
    // So Pulumi prints, without an error, what it cannot decrypt.
    if (Object.values(outputs).includes(null)) throw wrongPassphrase(process.env, stack);
    return outputs;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { stderr = "" } = error as { stderr?: string };
    if (/no stack named/.test(stderr)) {
      requireNoOwnState(stack);
      return {};
    }
    if (isWrongPassphrase(stderr)) throw wrongPassphrase(process.env, stack);
    const reason = stderr.trim().split("\n")[0] || (error as Error).message;
    throw new UserError(
      `cannot read the outputs of stack ${stack}: ${reason}`,
      "check that you are logged in: pulumi whoami",
    );
  }
}
