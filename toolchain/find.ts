import { createHash } from "node:crypto";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheHome } from "./places.ts";
import { run } from "./process.ts";

/** Every executable of that name on PATH, first one first. */
export function allOnPath(name: string, env: NodeJS.ProcessEnv): string[] {
  return (env.PATH ?? "")
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, name))
    .filter(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * What `binary ...args` prints, or undefined when it cannot be run. The answer is kept for that very file (its real
 * path, size and time), because starting a JVM merely to learn its version costs more than everything else here.
 */
export async function askVersion(
  binary: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const path = realpathSync(binary);
  const { size, mtimeMs } = statSync(path);
  const key = JSON.stringify([path, size, mtimeMs, ...args]);
  const directory = join(cacheHome(env), "versions");
  const file = join(directory, `${createHash("sha256").update(path).digest("hex").slice(0, 16)}.json`);
  const known = await readFile(file, "utf8").then(parseAnswer, () => undefined);
  if (known?.key === key) return known.output;
  const output = await run(binary, args, { env, timeoutMs: 20_000 }).catch(() => undefined);
  if (output === undefined) return undefined;
  await mkdir(directory, { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify({ key, output }));
  await rename(`${file}.${process.pid}`, file);
  return output;
}

function parseAnswer(text: string): { key: string; output: string } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
