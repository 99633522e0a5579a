import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { cacheHome } from "./places.ts";

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
export function askVersion(binary: string, args: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const path = realpathSync(binary);
  const { size, mtimeMs } = statSync(path);
  const key = JSON.stringify([path, size, mtimeMs, ...args]);
  const directory = join(cacheHome(env), "versions");
  const file = join(directory, `${createHash("sha256").update(path).digest("hex").slice(0, 16)}.json`);
  const known = readAnswer(file);
  if (known?.key === key) return known.output;
  try {
    // Java answers on stderr, the others on stdout; the shell's redirection keeps both.
    const shell = ["-c", 'exec "$0" "$@" 2>&1', binary, ...args];
    const output = execFileSync("/bin/sh", shell, {
      env,
      encoding: "utf8",
      timeout: 20_000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify({ key, output }));
    renameSync(`${file}.${process.pid}`, file);
    return output;
  } catch {
    return undefined;
  }
}

function readAnswer(file: string): { key: string; output: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
