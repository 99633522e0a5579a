import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../infra/errors.ts";
import { stateHome } from "../places.ts";
import { createWhole } from "../write-whole.ts";

type Env = NodeJS.ProcessEnv;

export const passphraseFile = (env: Env): string => join(stateHome(env), "passphrase");

/**
 * Makes the file once. @returns whether it did.
 *
 * @param locked stacks with secrets in their state, or with a state that cannot be read.
 * @throws UserError where a stack is encrypted with the passphrase that was there: another one over it would lose its secrets.
 */
export function ensurePassphrase(file: string, locked: readonly string[]): boolean {
  const there = existsSync(file);
  if (hasPassphrase(file)) return false;
  if (locked.length > 0) throw lost(file, there, locked);
  if (there) rmSync(file);
  return createPassphrase(file);
}

const hasPassphrase = (file: string): boolean => existsSync(file) && readFileSync(file, "utf8").trim() !== "";

function lost(file: string, isEmpty: boolean, stacks: readonly string[]): UserError {
  const state = join(file, "..", "pulumi");
  return new UserError(
    `the passphrase in ${file} is ${isEmpty ? "empty" : "gone"}, and the state of ${stacks.join(", ")} is encrypted with it; no other one was made`,
    `put the file back from your backup, or set PULUMI_CONFIG_PASSPHRASE to what stood in it; if it is lost for good run: mv ${state} ${state}.locked, then kafka-stacks up ${stacks[0]}, which makes another state for the cluster that there is`,
  );
}

/** Two first runs agree on one passphrase. False if it exists. */
const createPassphrase = (file: string): boolean => createWhole(file, randomBytes(32).toString("base64url"), 0o600);

/** Refuses a file that the user named and that is not there. */
export function requirePassphraseFile(env: Env): void {
  const file = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined || !file || existsSync(file)) return;
  throw new UserError(
    `PULUMI_CONFIG_PASSPHRASE_FILE: wanted the file with the passphrase, found none at ${file}`,
    "name the file with which the stack was made, or unset the variable",
  );
}

/** For a passphrase that does not open the state of a stack. @param env of the user. */
export function wrongPassphrase(env: Env, stack: string): UserError {
  const own = passphraseFile(env);
  const used =
    env.PULUMI_CONFIG_PASSPHRASE !== undefined
      ? "PULUMI_CONFIG_PASSPHRASE"
      : env.PULUMI_CONFIG_PASSPHRASE_FILE
        ? `PULUMI_CONFIG_PASSPHRASE_FILE (${env.PULUMI_CONFIG_PASSPHRASE_FILE})`
        : own;
  const other =
    used !== own && hasPassphrase(own)
      ? `run it without that variable: the passphrase in ${own} is used then`
      : `give the one with which ${stack} was brought up, in PULUMI_CONFIG_PASSPHRASE or in a file that PULUMI_CONFIG_PASSPHRASE_FILE names`;
  return new UserError(`the passphrase in ${used} is not the one that encrypts the state of stack ${stack}`, other);
}
