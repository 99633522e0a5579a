import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fillCache, fromCache } from "../cache.ts";
import { cacheHome } from "../places.ts";
import { run } from "../process.ts";
import { type Setup, step } from "../progress.ts";
import { architecture } from "./architecture.ts";
import {
  control,
  type Debian,
  type DebianPackage,
  type Fetched,
  fetchPackages,
  jdk,
  keepLinksInside,
  requireDebian,
  unpack,
} from "./debian.ts";
import { type Entry, type Written, writeTar } from "./layer.ts";
import * as recipe from "./recipe.ts";
import { entriesOf, merged } from "./tree.ts";

/** The layer under Kafka: a C library, a shell, small tools and a Java runtime. All Kafka versions share it. */
export interface Base extends Written {
  readonly tar: string;
  readonly javaRelease: number;
  readonly packages: readonly DebianPackage[];
}

const RECORD = "base.json";

/**
 * Where the base for this machine's Debian lies. Its packages are those that were the newest when it was made: a
 * running cluster must not be replaced because Debian has news. To take them up, remove the directory.
 */
export function baseDirectory(env: NodeJS.ProcessEnv): string {
  const osRelease = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const release = ["ID", "VERSION_ID"].map((name) => new RegExp(`^${name}=(.*)$`, "m").exec(osRelease)?.[1] ?? "");
  const inputs = JSON.stringify([recipe, recipe.WANTED_FILES.source, architecture(), release]);
  return join(cacheHome(env), "image", `base-${createHash("sha256").update(inputs).digest("hex").slice(0, 12)}`);
}

/** The base if it was made already. Reads one file and checks nothing. */
export function knownBase(env: NodeJS.ProcessEnv): Base | undefined {
  const directory = baseDirectory(env);
  const record = join(directory, RECORD);
  if (!existsSync(record)) return undefined;
  return { ...JSON.parse(readFileSync(record, "utf8")), tar: join(directory, "layer.tar") };
}

export async function ensureBase(setup: Setup, signal?: AbortSignal): Promise<Base> {
  const directory = baseDirectory(setup.env);
  if (!(await fromCache(directory, setup.progress))) {
    requireDebian(setup.env);
    await fillCache(directory, setup.progress, async (aside) => {
      const work = join(aside, "work");
      await mkdir(work);
      try {
        const base = await makeBase(work, join(aside, "layer.tar"), setup, signal);
        await writeFile(join(aside, RECORD), JSON.stringify(base));
      } finally {
        await rm(work, { recursive: true });
      }
    });
  }
  const base = knownBase(setup.env);
  if (base === undefined) throw new Error(`${directory} was made, but holds no ${RECORD}`);
  return base;
}

async function makeBase(
  work: string,
  tar: string,
  setup: Setup,
  signal: AbortSignal | undefined,
): Promise<Omit<Base, "tar">> {
  const { env, progress } = setup;
  const debs = join(work, "debs");
  await mkdir(debs);
  const fetched = await step(
    progress,
    "fetch Debian packages",
    "the image's C library, shell and Java come from them (120 MB, once)",
    (say) => fetchPackages(debs, { env, say, signal }),
  );
  signal?.throwIfAborted();
  return step(progress, "make the image's base", "every Kafka version stands on the same", async (say) => {
    const debian = { env, say, signal };
    const java = await linkJava(work, fetched, debian);
    signal?.throwIfAborted();
    const system = await Promise.all(recipe.PACKAGES.map((name) => systemFiles(work, name, debian)));
    const status = await Promise.all(
      fetched.packages.map(async ({ name }): Promise<Entry> => {
        return { kind: "text", path: `var/lib/dpkg/status.d/${name}`, text: await control(debs, name, debian) };
      }),
    );
    const entries = [...skeleton(), ...system.flat(), ...status, ...java];
    const taken = new Set(entries.map(({ path }) => path));
    const tools = (await toolLinks(join(work, "busybox-static"), debian)).filter(({ path }) => !taken.has(path));
    say("writing the layer");
    const written = await writeTar([...entries, ...tools], tar);
    return { ...written, javaRelease: fetched.javaRelease, packages: fetched.packages };
  });
}

/** A Java runtime of only the wanted modules, without debug symbols. */
async function linkJava(work: string, { javaRelease }: Fetched, doing: Debian): Promise<Entry[]> {
  const root = join(work, "jdk");
  doing.say("unpacking the JDK");
  for (const name of jdk(javaRelease)) await unpack(join(work, "debs"), name, root, doing);
  await keepLinksInside(root);
  const jvms = join(root, "usr/lib/jvm");
  const home = (await readdir(jvms)).map((name) => join(jvms, name)).find((path) => existsSync(join(path, "jmods")));
  if (home === undefined) throw new Error(`no JDK with jmods in the packages ${jdk(javaRelease).join(", ")}`);
  const output = join(work, "jre");
  doing.say("linking the Java runtime");
  const modules = ["--module-path", join(home, "jmods"), "--add-modules", recipe.JAVA_MODULES.join(",")];
  await run(join(home, "bin/jlink"), [...modules, ...recipe.JLINK_OPTIONS, "--output", output], doing);
  return entriesOf(output, (path) => `${recipe.JAVA_HOME}/${path}`);
}

async function systemFiles(work: string, name: string, doing: Debian): Promise<Entry[]> {
  const root = join(work, name);
  await unpack(join(work, "debs"), name, root, doing);
  return entriesOf(root, (path) => {
    const place = merged(path, recipe.MERGED);
    return recipe.WANTED_FILES.test(place) ? place : undefined;
  });
}

function skeleton(): Entry[] {
  return [
    ...recipe.DIRECTORIES.map((directory): Entry => ({ kind: "directory", ...directory })),
    ...recipe.MERGED.map((path): Entry => ({ kind: "link", path, to: `usr/${path}` })),
    ...recipe.MERGED.map((path): Entry => ({ kind: "directory", path: `usr/${path}`, mode: 0o755 })),
    ...Object.entries(recipe.TEXTS).map(([path, text]): Entry => ({ kind: "text", path, text })),
  ];
}

/** busybox is every tool that it is called by. */
async function toolLinks(root: string, doing: Debian): Promise<Entry[]> {
  const busybox = ["bin/busybox", "usr/bin/busybox"].map((path) => join(root, path)).find(existsSync);
  if (busybox === undefined) throw new Error("the package busybox-static holds no busybox");
  const list = await run(busybox, ["--list-full"], doing);
  const paths = list.split("\n").filter((path) => path.includes("bin/") && !path.endsWith("/busybox"));
  const places = new Set(paths.map((path) => merged(path, recipe.MERGED)));
  return [...places].map((path) => ({ kind: "link", path, to: "/bin/busybox" }));
}
