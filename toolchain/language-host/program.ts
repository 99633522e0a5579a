import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";

/** How a program ended. With `bail` it has told the user what is wrong, so the engine adds nothing. */
export interface ProgramEnd {
  readonly error: string;
  readonly bail: boolean;
}

export interface Program {
  readonly ended: Promise<ProgramEnd>;
  stop(): Promise<void>;
}

/** The SDK's own exit code for "failed, and the user has been told why". */
const TOLD_THE_USER = 32;
const STOP_MS = 5_000;
const PLAIN_ERRORS = new URL("plain-errors.mjs", import.meta.url).href;

/** Runs a Pulumi program in a Node process of its own, through the SDK's `cmd/run`, as the official host does. */
export function startProgram(request: RunRequest, engineAddress: string | undefined): Program {
  const directory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  let runner: string;
  try {
    runner = createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run/index.js");
  } catch {
    const error = `@pulumi/pulumi is not installed in ${directory}; run: npm ci`;
    return { ended: Promise.resolve({ error, bail: false }), stop: async () => undefined };
  }
  const args = ["--import", PLAIN_ERRORS, runner, ...programArguments(request, engineAddress, directory)];
  const child = spawn(process.execPath, args, {
    // The engine reads the program's words from this process's own streams.
    stdio: "inherit",
    env: { ...process.env, ...programConfig(request) },
  });
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.on("error", ({ message }) => resolve({ error: `the program could not be started: ${message}`, bail: false }));
    child.on("exit", (code, signal) => resolve(describeEnd(code, signal)));
  });
  return { ended, stop: () => stopChild(child) };
}

function programArguments(request: RunRequest, engine: string | undefined, directory: string): string[] {
  const flags: Record<string, string | undefined> = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": request.getInfo()?.getRootDirectory(),
    stack: request.getStack(),
    pwd: directory,
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

/** Configuration may hold secrets, so it goes by the environment and never by the command line. */
function programConfig(request: RunRequest): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): ProgramEnd {
  if (code === 0) return { error: "", bail: false };
  if (code === TOLD_THE_USER) return { error: "", bail: true };
  return { error: signal ? `the program was ended by ${signal}` : `the program exited with code ${code}`, bail: false };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  child.kill("SIGINT");
  await gone;
  clearTimeout(kill);
}
