import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * Which process of this machine listens on a TCP port, as `name (process 123)`; undefined when the system does not tell
 * (other people's processes, without root) or has neither `ss` nor `lsof`.
 */
export async function portHolder(port: number): Promise<string | undefined> {
  return (await askSs(port)) ?? (await askLsof(port));
}

async function askSs(port: number): Promise<string | undefined> {
  const output = await ask("ss", ["-H", "-l", "-t", "-n", "-p", `sport = :${port}`]);
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(output) ?? [];
  return pid === undefined ? undefined : `${name} (process ${pid})`;
}

async function askLsof(port: number): Promise<string | undefined> {
  const output = await ask("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
  const [, pid, name] = /^p(\d+)\nc(.+)$/m.exec(output) ?? [];
  return pid === undefined ? undefined : `${name} (process ${pid})`;
}

/** Nothing is what a command says that is not there. */
function ask(command: string, args: readonly string[]): Promise<string> {
  return promisify(execFile)(command, args, { timeout: 2_000 }).then(
    ({ stdout }) => stdout,
    () => "",
  );
}
