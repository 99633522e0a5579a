import { ensureAppCds } from "../../../../toolchain/app-cds.ts";
import { classPath } from "../../../../toolchain/class-path.ts";
import { ensureToolchain } from "../../../../toolchain/ensure.ts";
import { formatProgress, type ProgressEvent } from "../../../../toolchain/progress.ts";

/** How to start a JVM with Kafka's classes, quickly. */
export interface Java {
  readonly command: string;
  /** Class path and class-data archive; the main class follows them. */
  readonly options: readonly string[];
}

const ready = new Map<string, Promise<Java>>();

/**
 * Java and the Kafka libraries of a version, got on first use, so that a plain `pulumi up` needs no set-up. `log` is told
 * of whatever takes long. An interrupt ends it for all who wait for it: the engine interrupts all its work at once.
 */
export function javaFor(kafkaVersion: string, log: (message: string) => void, signal?: AbortSignal): Promise<Java> {
  const known = ready.get(kafkaVersion);
  if (known) return known;
  const made = makeJava(kafkaVersion, log, signal);
  ready.set(kafkaVersion, made);
  made.catch(() => ready.delete(kafkaVersion));
  return made;
}

/** Silent when the archive does not fit: it only saves time. */
function sharedClasses(archive: string): string[] {
  return ["-Xshare:auto", `-XX:SharedArchiveFile=${archive}`, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"];
}

async function makeJava(
  kafkaVersion: string,
  log: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<Java> {
  const progress = (event: ProgressEvent) => log(formatProgress(event));
  const toolchain = await ensureToolchain({ kafkaVersion, yes: false, progress, signal });
  const archive = await ensureAppCds({ ...toolchain, kafkaVersion, progress, signal });
  return {
    command: toolchain.java,
    options: [...(archive ? sharedClasses(archive) : []), "-cp", classPath(toolchain.kafkaLibs)],
  };
}
