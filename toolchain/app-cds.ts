import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { recordClasses } from "./app-cds-training.ts";
import { fillCache, fromCache } from "./cache.ts";
import { classPath } from "./class-path.ts";
import { withUtf8 } from "./java-locale.ts";
import { cacheHome } from "./places.ts";
import { run } from "./process.ts";
import { note, type Progress, step } from "./progress.ts";

export interface AppCdsRequest {
  readonly java: string;
  readonly kafkaLibs: string;
  readonly kafkaVersion: string;
  readonly progress: Progress;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Whatever kept an archive from being made may have passed after a day. */
const FORGET_MS = 24 * 60 * 60_000;

/**
 * Path of a class-data archive for this Java and these jars (for `-XX:SharedArchiveFile=`): it halves a node's start.
 * One archive serves every role: KRaft brokers and controllers, and for Kafka 3.9 ZooKeeper and its brokers, because it
 * is made from the classes that each of them loads in a short throw-away run.
 *
 * An archive only saves time, so failing to make one is told, once, and answered with undefined instead of thrown. It is
 * tried again after a day, with other jars or another Java, or when the file that remembers the failure is removed.
 * `-Xshare:auto` makes a JVM ignore an archive that no longer fits; one that is damaged is made again.
 *
 * @param now time of day, ms: it is compared with that of files.
 * @throws the signal's reason when it aborts.
 */
export async function ensureAppCds(request: AppCdsRequest, now = Date.now()): Promise<string | undefined> {
  const { progress, signal } = request;
  const env = withUtf8(request.env ?? process.env);
  const directory = archiveDirectory(request);
  const archive = join(directory, "kafka.jsa");
  if (await fromCache(directory, progress, FORGET_MS)) return archive;
  const failed = `${directory}.failed`;
  if (now - modified(failed) < FORGET_MS) return undefined;
  try {
    await mkdir(dirname(directory), { recursive: true });
    await fillCache(directory, progress, (aside) => makeArchive(request, env, aside), signal);
    await rm(failed, { force: true });
    return archive;
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    await writeFile(failed, `${reason}\n`);
    note(progress, `nodes will start more slowly, without a class archive: ${reason}`);
    note(progress, `it is tried again after a day; at once: rm '${failed}', then run the same command again`);
    return undefined;
  }
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}

/** Where the archive for this Java and these jars lies once it is made. */
export function archiveDirectory(request: Pick<AppCdsRequest, "java" | "kafkaLibs" | "env">): string {
  return join(cacheHome(request.env ?? process.env), "app-cds", archiveKey(request));
}

/** What the JVM itself checks before it uses an archive: its own build, and each jar's path, size and time. */
function archiveKey({ java, kafkaLibs }: Pick<AppCdsRequest, "java" | "kafkaLibs">): string {
  const files = [realpathSync(java), ...classPath(kafkaLibs).split(":")];
  const hash = createHash("sha256");
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

async function makeArchive(request: AppCdsRequest, env: NodeJS.ProcessEnv, aside: string): Promise<void> {
  const { java, kafkaLibs, kafkaVersion, progress, signal } = request;
  await step(
    progress,
    `make the class archive of Kafka ${kafkaVersion}`,
    "nodes then start in half the time",
    async (say) => {
      const list = join(aside, "classes.lst");
      const lists = await recordClasses({ java, classPath: classPath(kafkaLibs), kafkaVersion, env, say, signal });
      await writeFile(list, mergeLists(lists));
      say("writing the archive");
      const archive = `-XX:SharedArchiveFile=${join(aside, "kafka.jsa")}`;
      const rest = ["-Xlog:disable", "-cp", classPath(kafkaLibs)];
      const limits = { env, signal, timeoutMs: 120_000 };
      await run(java, ["-Xshare:dump", `-XX:SharedClassListFile=${list}`, archive, ...rest], limits);
      // A JVM that finds it damaged refuses to start.
      await run(java, ["-Xshare:on", "-XX:+VerifySharedSpaces", archive, ...rest, "-version"], limits);
    },
  );
}

function mergeLists(lists: readonly string[]): string {
  const lines = new Set(
    lists.flatMap((list) => list.split("\n")).filter((line) => line !== "" && !line.startsWith("#")),
  );
  return `${[...lines].join("\n")}\n`;
}
