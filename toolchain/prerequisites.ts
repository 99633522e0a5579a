import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../infra/errors.ts";
import { allOnPath, askVersion, isExecutable } from "./find.ts";
import { run } from "./process.ts";
import { type Setup, step } from "./progress.ts";
import { compareVersions, JAVA_AT_LEAST } from "./versions.ts";

/** What the project needs from the machine itself. */
export interface Prerequisite {
  readonly name: string;
  readonly neededFor: string;
  readonly atLeast: string;
  readonly command: string;
  readonly versionArgs: readonly string[];
  readonly versionPattern: RegExp;
  /** Where else than on PATH it may be, first. */
  readonly home?: string;
  /** A dependency for `apt-get satisfy`, which takes the first alternative that the release has. */
  readonly debian: string;
  readonly brew: string;
  readonly site: string;
}

export interface FoundTool {
  readonly path: string;
  readonly version: string;
}

export const JAVA: Prerequisite = {
  name: "Java",
  neededFor: "runs Kafka",
  atLeast: JAVA_AT_LEAST,
  command: "java",
  versionArgs: ["-version"],
  versionPattern: /version "(?:1\.)?(\d+(?:\.\d+)*)/,
  home: "JAVA_HOME",
  debian: "openjdk-21-jre-headless | openjdk-17-jre-headless",
  brew: "openjdk@21",
  site: "https://adoptium.net",
};

export const MAVEN: Prerequisite = {
  name: "Maven",
  neededFor: "gets Kafka's libraries",
  atLeast: "3.6",
  command: "mvn",
  versionArgs: ["-v"],
  versionPattern: /Apache Maven (\d+(?:\.\d+)*)/,
  debian: "maven",
  brew: "maven",
  site: "https://maven.apache.org/install.html",
};

/** A Go older than the CLI's module asks for (1.25.8) gets that toolchain itself, as a Go module. */
export const GO: Prerequisite = {
  name: "Go",
  neededFor: "builds the Pulumi CLI from its Go module, because its download cannot be reached",
  atLeast: "1.25",
  command: "go",
  versionArgs: ["version"],
  versionPattern: /go version go(\d+(?:\.\d+)*)/,
  debian: "golang-go (>= 2:1.25)",
  brew: "go",
  site: "https://go.dev/dl",
};

/** Finds the tool, or installs it where that was agreed to, or says with which one command to install it. */
export async function requireTool(tool: Prerequisite, setup: Setup): Promise<FoundTool> {
  const looked = lookFor(tool, setup.env);
  if ("path" in looked) return looked;
  const needed = `${tool.name} ${tool.atLeast} or newer is needed (it ${tool.neededFor}); ${looked.found}`;
  if (!(setup.yes && isDebian(setup.env) && process.getuid?.() === 0))
    throw new UserError(needed, installHint(tool, setup));
  await step(setup.progress, `install ${tool.name}`, needed, async (say) => {
    const env = { ...setup.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update"], { env, say, signal: setup.signal });
    // Not interrupted: dpkg would be left half-way. It ends on its own, a second run waits for its lock.
    await run("apt-get", ["satisfy", "-y", "--no-install-recommends", tool.debian], { env, say });
  }).catch((error: Error) => {
    throw new UserError(`${needed}; apt-get did not install it: ${error.message}`, installHint(tool, setup));
  });
  const installed = lookFor(tool, setup.env);
  if ("path" in installed) return installed;
  throw new UserError(`${needed}; apt-get has no newer one`, `install it from ${tool.site}`);
}

function lookFor(tool: Prerequisite, env: NodeJS.ProcessEnv): FoundTool | { readonly found: string } {
  const home = tool.home === undefined ? undefined : env[tool.home];
  const atHome = home === undefined ? [] : [join(home, "bin", tool.command)].filter(isExecutable);
  let found = `there is no ${tool.command} on PATH`;
  for (const path of [...atHome, ...allOnPath(tool.command, env)]) {
    const version = tool.versionPattern.exec(askVersion(path, tool.versionArgs, env) ?? "")?.[1];
    if (version !== undefined && compareVersions(version, tool.atLeast) >= 0) return { path, version };
    found = `${path} is ${version === undefined ? "of an unknown version" : version}`;
  }
  return { found };
}

function installHint(tool: Prerequisite, { env }: Setup): string {
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  if (isDebian(env)) return `install it: ${sudo}apt-get satisfy -y "${tool.debian}"`;
  if (allOnPath("brew", env).length > 0) return `install it: brew install ${tool.brew}`;
  return `install it from ${tool.site}`;
}

function isDebian(env: NodeJS.ProcessEnv): boolean {
  return existsSync("/etc/debian_version") && allOnPath("apt-get", env).length > 0;
}
