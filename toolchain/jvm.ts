import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A JVM that runs for a moment, to have its classes listed. */
export interface Jvm {
  readonly name: string;
  /** The file in which the JVM lists them; complete once it has ended. */
  readonly classList: string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** What it printed and logged last. */
  lastLines(): Promise<readonly string[]>;
}

/** System property that names the file of its log. */
export const LOG_PROPERTY = "kafka-stacks.log";

const LAST_LINES = 5;

interface JvmOptions {
  readonly java: string;
  readonly classPath: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The JVM hangs on the shell's standard input: when that closes, because we ask it to stop or because this process is
 * gone in whatever way, the JVM gets SIGTERM, and SIGKILL ten seconds later. So none is ever left behind.
 */
const LIFELINE = `
  exec 3<&0
  "$@" </dev/null 3<&- &
  jvm=$!
  (cat <&3; kill $jvm; sleep 10; kill -9 $jvm) >/dev/null 2>&1 &
  watch=$!
  wait $jvm
  kill $watch
`;

/** Starts a main class in `directory`, where its logging configuration lies too. */
export function startJvm(options: JvmOptions, directory: string, name: string, args: readonly string[]): Jvm {
  const classList = join(directory, `${name}.lst`);
  const outputFile = join(directory, `${name}.out`);
  const log = join(directory, `${name}.log`);
  const output = openSync(outputFile, "w");
  const flags = [
    "-XX:TieredStopAtLevel=1",
    "-Xmx256m",
    `-XX:DumpLoadedClassList=${classList}`,
    `-D${LOG_PROPERTY}=${log}`,
    `-Dlog4j2.configurationFile=${join(directory, "log4j2.properties")}`,
    `-Dlog4j.configuration=file:${join(directory, "log4j.properties")}`,
    "-cp",
    options.classPath,
  ];
  const shell = spawn("/bin/sh", ["-c", LIFELINE, "sh", options.java, ...flags, ...args], {
    cwd: directory,
    env: options.env,
    stdio: ["pipe", output, output],
  });
  closeSync(output);
  const ended = new Promise<void>((resolve) => {
    shell.on("exit", () => resolve());
    shell.on("error", () => resolve());
  });
  return {
    name,
    classList,
    ended,
    stop() {
      shell.stdin?.end();
      return ended;
    },
    async lastLines() {
      const texts = await Promise.all([outputFile, log].map((file) => readFile(file, "utf8").catch(() => "")));
      return texts.flatMap((text) =>
        text
          .split("\n")
          .filter((line) => line.trim() !== "")
          .slice(-LAST_LINES),
      );
    },
  };
}
