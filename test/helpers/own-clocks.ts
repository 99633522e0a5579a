/** Java for a cluster whose nodes have clocks of their own: Debian's libfaketime in each, and a file in its directory. */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { archiveDirectory, ensureAppCds } from "../../toolchain/app-cds.ts";
import { ensureToolchain } from "../../toolchain/ensure.ts";
import { cacheHome } from "../../toolchain/places.ts";
import { JAVA, requireTool } from "../../toolchain/prerequisites.ts";

/** Why there is none; undefined where there is. */
export function noOwnClocks(): string | undefined {
  return library() === undefined ? "libfaketime is not installed (Debian's package libfaketime)" : undefined;
}

/**
 * A JAVA_HOME whose nodes see the machine's time until `clock` in their directory says otherwise, within a second. Waits are
 * not shifted, nor are the times of files. It stays in the cache: a class archive belongs to its path and time.
 */
export async function javaWithOwnClocks(): Promise<string> {
  const { path: java } = await requireTool(JAVA, { env: process.env, yes: false, progress: () => {} });
  const home = path.join(cacheHome(), "java-own-clocks");
  const script = path.join(home, "bin/java");
  const text = wrapper(java, library() ?? "");
  if (existsSync(script) && readFileSync(script, "utf8") === text) return home;
  mkdirSync(path.dirname(script), { recursive: true });
  writeFileSync(script, text, { mode: 0o755 });
  return home;
}

/** The same for nodes of a version of Kafka: they start with the class archive of the Java that it wraps. */
export async function javaWithOwnClocksFor(kafkaVersion: string): Promise<string> {
  const home = await javaWithOwnClocks();
  const progress = () => {};
  const { java, kafkaLibs } = await ensureToolchain({ kafkaVersion, yes: false, progress });
  const archive = await ensureAppCds({ java, kafkaLibs, kafkaVersion, progress });
  const own = archiveDirectory({ java: path.join(home, "bin/java"), kafkaLibs });
  if (archive !== undefined && !existsSync(own)) cpSync(path.dirname(archive), own, { recursive: true });
  return home;
}

/**
 * Nodes run in a directory of their own; what else Java does keeps the machine's clock. libfaketime goes without its fix of
 * monotonic waits, which ends every timed wait of a JVM at once: its threads spin then, and get nothing done.
 */
function wrapper(java: string, preload: string): string {
  return `#!/bin/sh
case "\${PWD##*/} $* " in
node-*" kafka.Kafka "* | node-*".QuorumPeerMain "*)
  echo +0 >clock
  export LD_PRELOAD='${preload}' FAKETIME_TIMESTAMP_FILE="$PWD/clock" FAKETIME_CACHE_DURATION=1
  export FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 NO_FAKE_STAT=1
  ;;
esac
exec '${java}' "$@"
`;
}

/** The one for processes with many threads. */
const library = (): string | undefined => globSync("/usr/lib/*/faketime/libfaketimeMT.so.1")[0];
