import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { withUtf8 } from "../../../../toolchain/java-locale.ts";

const TIMEOUT_MS = 60_000;

/**
 * Runs `java` with arguments that nobody else may see: they go through a file that only its owner reads, and what the program
 * prints goes nowhere, because Kafka's tools print credentials.
 *
 * @param directory for that file, which does not outlive the run.
 * @throws when it fails, with what it said on stderr.
 */
export async function runPrivately(java: string, args: readonly string[], directory: string): Promise<void> {
  const file = path.join(directory, "java.args");
  // Arguments are quoted as the java launcher reads them (JDK tools: "java command-line argument files").
  writeFileSync(file, args.map((arg) => `"${arg.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"\n`).join(""), {
    mode: 0o600,
  });
  try {
    // Without the file that a JVM keeps for jps, where its arguments stand too.
    await promisify(execFile)(java, ["-XX:-UsePerfData", `@${file}`], {
      timeout: TIMEOUT_MS,
      env: withUtf8(process.env),
    });
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(stderr.trim().split("\n").at(-1) || `${path.basename(java)} failed`);
  } finally {
    rmSync(file, { force: true });
  }
}
