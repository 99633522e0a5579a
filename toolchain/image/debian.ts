import { mkdir, readdir, readlink, rm, symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../infra/errors.ts";
import { allOnPath } from "../find.ts";
import { run } from "../process.ts";
import { JAVA_RELEASES, PACKAGES } from "./recipe.ts";

/** One Debian package, as it was got; goes into the image's bill of materials. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
}

export interface Debian {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (detail: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Fetched {
  readonly packages: readonly DebianPackage[];
  readonly javaRelease: number;
}

/** The packages of a JDK: the first one holds the JVM, the second jlink and the modules. */
export const jdk = (release: number): string[] => [
  `openjdk-${release}-jre-headless`,
  `openjdk-${release}-jdk-headless`,
];

const TOOLS = ["apt-get", "apt-cache", "dpkg-deb", "tar"];

/** Refuses a machine that has no Debian packages, before anything is spent on it. */
export function requireDebian(env: NodeJS.ProcessEnv): void {
  const missing = TOOLS.filter((tool) => allOnPath(tool, env).length === 0);
  if (process.platform === "linux" && missing.length === 0) return;
  const found = process.platform === "linux" ? `no ${missing.join(", ")} on PATH` : `this is ${process.platform}`;
  throw new UserError(
    `an image without a registry is made from Debian packages; wanted Debian or Ubuntu, found: ${found}`,
    "name an image that your engine can pull (docker.image: apache/kafka:<version>), or make this one on Debian or Ubuntu",
  );
}

/**
 * Fetches the image's packages and a JDK's into `directory`, as `<name>_<version>_<architecture>.deb`, by the machine's
 * own sources; apt checks signatures and hashes. The machine's package lists are tried first; where they are missing or
 * name packages that are no longer there, fresh ones are got into a directory of our own. Needs no root.
 */
export async function fetchPackages(directory: string, debian: Debian): Promise<Fetched> {
  try {
    return await fetchBy([], directory, debian);
  } catch {
    debian.say("getting fresh package lists");
  }
  const state = join(directory, "apt");
  for (const place of ["state/lists/partial", "cache/archives/partial"])
    await mkdir(join(state, place), { recursive: true });
  const own = ["-o", `Dir::State=${join(state, "state")}`, "-o", `Dir::Cache=${join(state, "cache")}`];
  // One source of many that does not answer makes it fail; whether a package is missing shows in the next step.
  const output = await call("apt-get", [...own, "update"], debian).catch((error: Error) => error.message);
  try {
    return await fetchBy(own, directory, debian);
  } catch (error) {
    debian.signal?.throwIfAborted();
    throw new UserError(
      `Debian packages for the image could not be had: ${(error as Error).message}\n${output.trim()}`,
      "mend the sources of apt (apt-get update shows what is wrong) and run the command again",
    );
  } finally {
    await rm(state, { recursive: true });
  }
}

async function fetchBy(options: readonly string[], directory: string, debian: Debian): Promise<Fetched> {
  const javaRelease = await findJava(options, debian);
  const packages = await describe(options, [...PACKAGES, ...jdk(javaRelease)], debian);
  const exact = packages.map(({ name, version }) => `${name}=${version}`);
  await call("apt-get", [...options, "download", ...exact], debian, directory);
  return { packages, javaRelease };
}

async function findJava(options: readonly string[], debian: Debian): Promise<number> {
  for (const release of JAVA_RELEASES) {
    const known = describe(options, jdk(release), debian).then(
      () => true,
      () => false,
    );
    if (await known) return release;
  }
  throw new Error(`no source of apt has ${JAVA_RELEASES.flatMap(jdk).join(", ")}`);
}

/** The newest versions that apt would install, in the order of the names; throws where one is unknown. */
async function describe(
  options: readonly string[],
  names: readonly string[],
  { env, signal }: Debian,
): Promise<DebianPackage[]> {
  const silent = { env, signal, say: () => undefined };
  const text = await call("apt-cache", [...options, "show", "--no-all-versions", ...names], silent);
  const known = parseStanzas(text);
  return names.map((name) => {
    const found = known.find((described) => described.name === name);
    if (found === undefined) throw new Error(`no source of apt has ${name}`);
    return found;
  });
}

/** The packages that `apt-cache show` describes. */
export function parseStanzas(text: string): DebianPackage[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, "m").exec(stanza)?.[1];
    const [name, version, architecture, sha256] = ["Package", "Version", "Architecture", "SHA256"].map(field);
    return name && version && architecture && sha256 ? [{ name, version, architecture, sha256 }] : [];
  });
}

/** Unpacks one fetched package. */
export async function unpack(directory: string, name: string, into: string, debian: Debian): Promise<void> {
  await call("dpkg-deb", ["-x", await debOf(directory, name), into], debian);
}

/** A package's description, as scanners of images look for it below /var/lib/dpkg/status.d. */
export async function control(directory: string, name: string, debian: Debian): Promise<string> {
  return call("dpkg-deb", ["-f", await debOf(directory, name)], debian);
}

/** Starts nothing more once the work was given up: what follows an interrupted program would try another way. */
async function call(
  tool: string,
  args: readonly string[],
  { env, say, signal }: Debian,
  cwd?: string,
): Promise<string> {
  signal?.throwIfAborted();
  return run(tool, args, { env, say, signal, ...(cwd && { cwd }) });
}

async function debOf(directory: string, name: string): Promise<string> {
  const file = (await readdir(directory)).find((found) => found.startsWith(`${name}_`) && found.endsWith(".deb"));
  if (file === undefined) throw new Error(`apt-get left no package ${name} in ${directory}`);
  return join(directory, file);
}

/** Turns links to /etc into links to the unpacked /etc: the JDK's configuration must be its own, not the machine's. */
export async function keepLinksInside(root: string): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    const target = await readlink(link);
    if (!target.startsWith("/etc/")) continue;
    await unlink(link);
    await symlink(join(root, target), link);
  }
}
