import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../infra/errors.ts";
import { type Checkpoints, restoreCheckpoints, type StackState } from "./backend/checkpoints.ts";
import { chosenBackend, fileBackend } from "./backend/locate.ts";
import { ensurePassphrase, passphraseFile, requirePassphraseFile } from "./backend/passphrase.ts";
import { repairBackend } from "./backend/repair.ts";
import { forgetSalts, restoreSalts } from "./backend/settings.ts";
import { stateHome } from "./places.ts";

type Env = NodeJS.ProcessEnv;

export interface PulumiEnvironment {
  /** To be laid over the environment of every Pulumi process. Holds the passphrase's file, never the passphrase. */
  readonly env: Record<string, string>;
  /** What was made just now and should be said out loud. */
  readonly notices: readonly string[];
}

export interface StateOptions {
  /** The stack that is wanted: without its state nothing is done. Absent: whichever plain Pulumi is asked for. */
  readonly stack?: string;
  /** Where the settings of stacks lie; default: the state folder. */
  readonly settings?: string;
}

/**
 * Where Pulumi keeps its state and how it encrypts secrets:
 *
 * 1. a user who chose a backend (by environment variable, by `pulumi login` or by an access token) keeps it, and
 *    brings the passphrase that it may need;
 * 2. otherwise a file backend in the project's ignored state folder, with a passphrase made once and kept beside it
 *    (mode 0600), unless the user set one.
 *
 * What a full disk or a crash left in a file backend is put right first.
 *
 * Pulumi may still download the plugins that a program asks for: on a machine without Internet it fails at once, and
 * elsewhere the docker and kubernetes targets need it.
 *
 * @throws UserError when the state of `stack` is lost, or the passphrase of what is there.
 */
export function pulumiEnvironment(env: Env = process.env, options: StateOptions = {}): PulumiEnvironment {
  // The version is pinned: a hint at a newer one would be noise, and costs a request.
  const always = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { settings = stateHome(env) } = options;
  const chosen = chosenBackend(env);
  if (chosen !== undefined) {
    const directory = fileBackend(chosen, env);
    if (directory === undefined) return { env: always, notices: [] };
    const { states, notices } = restored(directory, options);
    requirePassphraseFile(env);
    return { env: always, notices: [...notices, ...restoreSalts(settings, states)] };
  }

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
  const { states, notices: repaired, lost } = restored(state, options);
  notices.push(...repaired);
  // An empty passphrase is a choice too.
  const own = env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (own) requirePassphraseFile(env);
  else notices.push(...withPassphrase(passphraseFile(env), settings, states, lost));
  notices.push(...restoreSalts(settings, states));
  return { env: own ? backend : { ...backend, PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(env) }, notices };
}

function restored(directory: string, { stack }: StateOptions): Checkpoints {
  const { states, notices, lost } = repairBackend(directory);
  const fault = stack === undefined ? undefined : lost.get(stack);
  if (fault) throw fault;
  const others = stack === undefined ? [...lost.values()].map(({ message, next }) => `${message}; ${next}`) : [];
  return { states, lost, notices: [...notices, ...others] };
}

function withPassphrase(
  file: string,
  settings: string,
  states: readonly StackState[],
  lost: Checkpoints["lost"],
): string[] {
  const salted = states.filter(({ checkpoint }) => checkpoint.salt !== undefined).map(({ stack }) => stack);
  if (!ensurePassphrase(file, [...salted, ...lost.keys()])) return [];
  const made = `its secrets are encrypted with a new passphrase in ${file}: without that file they are lost`;
  return [made, ...(existsSync(settings) ? forgetSalts(settings, readdirSync(settings), states) : [])];
}

/** Whether there can be any state: a backend that the user chose, or one that {@link pulumiEnvironment} made earlier. */
export function hasState(env: Env = process.env): boolean {
  return chosenBackend(env) !== undefined || existsSync(join(stateHome(env), "pulumi"));
}

/**
 * For a backend that the user chose and that does not have the stack: refuses where the one of the state folder does, since a
 * second state would then be made for one cluster.
 */
export function requireNoOwnState(stack: string, env: Env = process.env): void {
  const chosen = chosenBackend(env);
  const own = join(stateHome(env), "pulumi");
  if (chosen === undefined || (fileBackend(chosen, env) ?? "") === own) return;
  const there = restoreCheckpoints(own).states.find((one) => one.stack === stack);
  if (!there || there.checkpoint.resources === 0) return;
  throw new UserError(
    `Pulumi is logged in to ${chosen || "Pulumi Cloud"}, which has no stack ${stack}, and the state of ${stack} is in ${own}`,
    "use that one: unset PULUMI_BACKEND_URL and PULUMI_ACCESS_TOKEN, and run: pulumi logout; or move it: pulumi stack export there, pulumi stack import here",
  );
}
