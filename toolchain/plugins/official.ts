import { execFile } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PULUMI_PLUGINS } from "../checksums.ts";
import { allOnPath } from "../find.ts";
import { cacheHome } from "../places.ts";
import { officialPlugin, sdkVersion } from "./places.ts";

const INSTALL_TIMEOUT_MS = 60_000;
/** A machine that had no way to the plugin yesterday may have one today. */
const FORGET_MS = 24 * 60 * 60_000;

export interface InstallOptions {
  /** Time of day, ms: it is compared with that of a file. */
  readonly now?: number;
  readonly sums?: Readonly<Record<string, string>>;
}

/**
 * Path of the official plugin: where Pulumi keeps it, else downloaded by Pulumi, which compares its checksum; without a known
 * one nothing is downloaded. A download that failed is not tried
 * again for a day, since each try makes the start of every deployment wait.
 */
export async function findOrInstall(
  name: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
  { now = Date.now(), sums = PULUMI_PLUGINS }: InstallOptions = {},
): Promise<string | undefined> {
  const found = officialPlugin(name, env);
  if (found) return found;
  const version = sdkVersion(name);
  const failed = failureFile(name, env);
  const checksum = sums[`${name}-v${version}-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`];
  const [pulumi] = allOnPath("pulumi", env);
  if (checksum === undefined || !pulumi || now - modified(failed) < FORGET_MS) return undefined;
  say(`${name}: getting the official plugin ${version}, for at most ${INSTALL_TIMEOUT_MS / 1_000} s`);
  const args = ["plugin", "install", "resource", name, version, "--checksum", checksum, "--color", "never"];
  const limits = { timeout: INSTALL_TIMEOUT_MS, killSignal: "SIGKILL" as const };
  const fault = await promisify(execFile)(pulumi, args, { env, ...limits }).then(
    () => "",
    // Its message has what the command printed as an error.
    (error: Error) => error.message,
  );
  const installed = officialPlugin(name, env);
  if (installed) return installed;
  mkdirSync(dirname(failed), { recursive: true });
  writeFileSync(failed, `${fault}\n`);
  return undefined;
}

/** Why the last download failed; its age says when. */
export function failureFile(name: string, env: NodeJS.ProcessEnv): string {
  return join(cacheHome(env), "plugins", `${name}-v${sdkVersion(name)}.failed`);
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
