import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { allOnPath, isExecutable } from "../find.ts";
import { PROJECT_ROOT, pulumiHome } from "../places.ts";

/** Pulumi's providers for which the project has a stand-in, in `toolchain/plugins/<name>`. */
const STAND_INS = ["docker", "kubernetes"];

type Env = NodeJS.ProcessEnv;

/**
 * Folders to append to Pulumi's PATH: the stand-ins for those official plugins that are neither on PATH nor in Pulumi's
 * plugin folder. The engine looks on PATH first, so a stand-in must not be there without need.
 */
export function standInPaths(env: Env = process.env): string[] {
  return STAND_INS.filter((name) => !hasOfficial(name, env)).map(standInFolder);
}

/** The official plugin where Pulumi keeps it; undefined when it is not there. */
export function officialPlugin(name: string, env: Env = process.env): string | undefined {
  const command = join(pulumiHome(env), "plugins", `resource-${name}-v${sdkVersion(name)}`, `pulumi-resource-${name}`);
  return isExecutable(command) ? command : undefined;
}

/** Version of the plugin that belongs to the SDK that is installed. */
export function sdkVersion(name: string): string {
  const file = join(PROJECT_ROOT, "node_modules", "@pulumi", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { pulumi: { version: string } }).pulumi.version;
}

function hasOfficial(name: string, env: Env): boolean {
  const ours = realpathSync(join(standInFolder(name), `pulumi-resource-${name}`));
  const others = allOnPath(`pulumi-resource-${name}`, env).filter((command) => realpathSync(command) !== ours);
  return others.length > 0 || officialPlugin(name, env) !== undefined;
}

function standInFolder(name: string): string {
  return join(PROJECT_ROOT, "toolchain", "plugins", name);
}
