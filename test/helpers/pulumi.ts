import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../infra/paths.ts";

/** `npx pulumi …` in the project, as a user of plain Pulumi has it, with a state folder of the test's. @returns its stdout. */
export function plainPulumi(home: string, env: NodeJS.ProcessEnv = {}): (...args: string[]) => Promise<string> {
  const options = { cwd: projectRoot, env: { ...process.env, KAFKA_STACKS_HOME: home, NO_COLOR: "1", ...env } };
  return async (...args) =>
    (await promisify(execFile)("npx", ["pulumi", ...args, "--non-interactive"], options)).stdout;
}

/** Where plain Pulumi notes a stack's settings: the folder is fixed. */
export const stackSettings = (stack: string): string => path.join(projectRoot, ".kafka-stacks", `Pulumi.${stack}.yaml`);
