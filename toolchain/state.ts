import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pulumiHome, stateHome } from "./places.ts";

type Env = NodeJS.ProcessEnv;

export interface PulumiEnvironment {
  /** To be laid over the environment of every Pulumi process. Holds the passphrase's file, never the passphrase. */
  readonly env: Record<string, string>;
  /** What was made just now and should be said out loud. */
  readonly notices: readonly string[];
}

/**
 * Where Pulumi keeps its state and how it encrypts secrets:
 *
 * 1. a user who chose a backend (by environment variable, by `pulumi login` or by an access token) keeps it, and
 *    brings the passphrase that it may need;
 * 2. otherwise a file backend in the project's ignored state folder, with a passphrase made once and kept beside it
 *    (mode 0600), unless the user set one.
 *
 * Pulumi may still download the plugins that a program asks for: on a machine without Internet it fails at once, and
 * elsewhere the docker and kubernetes targets need it.
 */
export function pulumiEnvironment(env: Env = process.env): PulumiEnvironment {
  // The version is pinned: a hint at a newer one would be noise, and costs a request.
  const always = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  if (hasChosenBackend(env)) return { env: always, notices: [] };

  const home = stateHome(env);
  const state = join(home, "pulumi");
  const notices: string[] = [];
  if (!existsSync(state)) {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    notices.push(`Pulumi's state is kept in ${state}, because no backend is logged in to (see: pulumi login)`);
  }
  // Without the backend's side files (*.attrs): Pulumi does not write them in one step, and one that a killed run left
  // empty makes the whole stack unreadable ("failed to load checkpoint: EOF").
  const backend = { ...always, PULUMI_BACKEND_URL: `${pathToFileURL(state).href}?metadata=skip` };
  // An empty passphrase is a choice too.
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE) return { env: backend, notices };

  const file = join(home, "passphrase");
  if (createPassphrase(file)) {
    notices.push(`its secrets are encrypted with a new passphrase in ${file}: without that file they are lost`);
  }
  return { env: { ...backend, PULUMI_CONFIG_PASSPHRASE_FILE: file }, notices };
}

/** Whether there can be any state: a backend that the user chose, or one that {@link pulumiEnvironment} made earlier. */
export function hasState(env: Env = process.env): boolean {
  return hasChosenBackend(env) || existsSync(join(stateHome(env), "pulumi"));
}

function hasChosenBackend(env: Env): boolean {
  if (env.PULUMI_BACKEND_URL || env.PULUMI_ACCESS_TOKEN) return true;
  const credentials = join(env.PULUMI_CREDENTIALS_PATH || pulumiHome(env), "credentials.json");
  try {
    const { current }: { current?: string } = JSON.parse(readFileSync(credentials, "utf8"));
    return Boolean(current);
  } catch {
    return false;
  }
}

/** Makes the file in one atomic step, so that two first runs agree on one passphrase. False if it was there. */
function createPassphrase(file: string): boolean {
  if (existsSync(file)) return false;
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  try {
    linkSync(aside, file);
    return true;
  } catch {
    return false;
  } finally {
    unlinkSync(aside);
  }
}
