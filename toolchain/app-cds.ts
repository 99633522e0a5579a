import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
}

/**
 * Path of a class-data archive for this Java and these jars (for `-XX:SharedArchiveFile=`): it halves a node's start.
 * One archive serves every role: KRaft brokers and controllers, and for Kafka 3.9 ZooKeeper and its brokers, because it
 * is made from the classes that each of them loads in a short throw-away run.
 *
 * An archive only saves time, so failing to make one is told and answered with undefined instead of thrown.
 * `-Xshare:auto` makes a JVM ignore an archive that no longer fits.
 */
export async function ensureAppCds(request: AppCdsRequest): Promise<string | undefined> {
  const env = withUtf8(request.env ?? process.env);
  const directory = archiveDirectory(request);
  const archive = join(directory, "kafka.jsa");
  if (await fromCache(directory, request.progress)) return archive;
  try {
    await mkdir(join(cacheHome(env), "app-cds"), { recursive: true });
    await fillCache(directory, request.progress, (aside) => makeArchive(request, env, aside));
    return archive;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    note(request.progress, `nodes will start more slowly, without a class archive: ${reason}`);
    return undefined;
  }
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
  const { java, kafkaLibs, kafkaVersion, progress } = request;
  await step(
    progress,
    `make the class archive of Kafka ${kafkaVersion}`,
    "nodes then start in half the time",
    async (say) => {
      const list = join(aside, "classes.lst");
      const lists = await recordClasses({ java, classPath: classPath(kafkaLibs), kafkaVersion, env, say });
      await writeFile(list, mergeLists(lists));
      say("writing the archive");
      const dump = [
        "-Xshare:dump",
        `-XX:SharedClassListFile=${list}`,
        `-XX:SharedArchiveFile=${join(aside, "kafka.jsa")}`,
      ];
      await run(java, [...dump, "-Xlog:disable", "-cp", classPath(kafkaLibs)], { env, timeoutMs: 120_000 });
    },
  );
}

function mergeLists(lists: readonly string[]): string {
  const lines = new Set(
    lists.flatMap((list) => list.split("\n")).filter((line) => line !== "" && !line.startsWith("#")),
  );
  return `${[...lines].join("\n")}\n`;
}
