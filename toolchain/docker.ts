import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { UserError } from "../infra/errors.ts";

/**
 * Address of the Docker engine, by Docker's own rules: what the stack says, then `DOCKER_HOST`, then the context that
 * `DOCKER_CONTEXT` or `docker context use` chose, then the socket where an engine listens by default.
 */
export function dockerHost(explicit: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (explicit) return explicit;
  if (env.DOCKER_HOST) return env.DOCKER_HOST;
  const context = chosenContext(env);
  if (context !== undefined) return hostOfContext(context, env);
  const desktop = join(env.HOME || homedir(), ".docker", "run", "docker.sock");
  return existsSync(desktop) ? `unix://${desktop}` : "unix:///var/run/docker.sock";
}

/** A client of the engine at `host` (`unix://`, `tcp://`, `ssh://`). TLS as Docker has it: `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`. */
export function dockerAt(host: string): Docker {
  // The library understands every form of an address, but reads it from the environment only.
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = host;
  try {
    return new Docker();
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
}

function configDirectory(env: NodeJS.ProcessEnv): string {
  return env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker");
}

function chosenContext(env: NodeJS.ProcessEnv): string | undefined {
  const file = join(configDirectory(env), "config.json");
  const chosen =
    env.DOCKER_CONTEXT || (existsSync(file) ? readJson<{ currentContext?: string }>(file).currentContext : "");
  return chosen && chosen !== "default" ? chosen : undefined;
}

/** Where the CLI keeps a context: in a folder named by the hash of its name (docker/cli, cli/context/store). */
function hostOfContext(name: string, env: NodeJS.ProcessEnv): string {
  const folder = createHash("sha256").update(name).digest("hex");
  const file = join(configDirectory(env), "contexts", "meta", folder, "meta.json");
  const host = existsSync(file)
    ? readJson<{ Endpoints?: { docker?: { Host?: string } } }>(file).Endpoints?.docker?.Host
    : undefined;
  if (host) return host;
  throw new UserError(
    `Docker context ${name} is chosen, but ${file} names no engine`,
    "choose another: docker context use",
  );
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    throw new UserError(`${file}: wanted JSON, found ${(error as Error).message}`, "mend the file or take it away");
  }
}
