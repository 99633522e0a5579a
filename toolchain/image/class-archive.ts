import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { recordClasses } from "../app-cds-training.ts";
import { classPath } from "../class-path.ts";
import { CommandError, run } from "../process.ts";
import { CLASS_ARCHIVE, JAVA_HOME, LIBS } from "./recipe.ts";

export interface ClassArchiveRequest {
  /** The image's file system, unpacked: with the times that it will have, because the JVM compares them. */
  readonly root: string;
  /** The same jars at a place from where nodes can be started here. */
  readonly kafkaLibs: string;
  readonly kafkaVersion: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (detail: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** G1 whatever the machine: only then the archive holds objects too, which G1 maps and others ignore. */
const DUMP = ["-Xshare:dump", "-Xlog:disable", "-XX:+UseG1GC", "-Xmx512m"];

/**
 * Makes the JVM's own class archive and Kafka's in `root`. The JVM writes down where it found each jar, so Kafka's is
 * made inside of `root`: by chroot for root, in a user namespace for others.
 */
export async function makeClassArchives(request: ClassArchiveRequest): Promise<void> {
  const { root, say, signal } = request;
  const env = withSystemTools(request.env);
  const java = join(root, JAVA_HOME, "bin/java");
  await run(java, DUMP, { env, signal });
  const lists = await recordClasses({ ...request, java, env, classPath: classPath(request.kafkaLibs) });
  signal?.throwIfAborted();
  say("writing the class archive");
  await mkdir(join(root, "tmp"), { recursive: true });
  await writeFile(join(root, "tmp/classes.lst"), mergeLists(lists));
  const jars = classPath(join(root, LIBS)).replaceAll(`${root}/`, "/");
  const archive = [`-XX:SharedArchiveFile=/${CLASS_ARCHIVE}`, "-XX:SharedClassListFile=/tmp/classes.lst", "-cp", jars];
  // Without /proc the JVM cannot tell where its own libraries lie.
  const inside = { ...env, LD_LIBRARY_PATH: `/${JAVA_HOME}/lib` };
  await runInside(root, [`/${JAVA_HOME}/bin/java`, ...DUMP, ...archive], inside, signal);
  await chmod(join(root, CLASS_ARCHIVE), 0o644);
}

async function runInside(
  root: string,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ways: readonly (readonly [string, ...string[]])[] = [
    ...(process.getuid?.() === 0 ? [["chroot", root] as const] : []),
    ["unshare", "--user", "--map-root-user", `--root=${root}`],
  ];
  const reasons: string[] = [];
  for (const [tool, ...args] of ways) {
    try {
      await run(tool, [...args, ...command], { env, timeoutMs: 120_000, signal });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      reasons.push((error as Error).message);
    }
  }
  throw new CommandError(reasons.join("; "));
}

/** chroot lies where only root looks; and a JVM option of the user's would be one of the archive's too. */
function withSystemTools({ JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [env.PATH ?? "", "/usr/sbin", "/sbin"].join(delimiter) };
}

function mergeLists(lists: readonly string[]): string {
  const lines = lists.flatMap((list) => list.split("\n")).filter((line) => line !== "" && !line.startsWith("#"));
  return `${[...new Set(lines)].join("\n")}\n`;
}
