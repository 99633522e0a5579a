import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { containerFiles } from "../../../../infra/targets/container/scripts.ts";
import { ensureAppCds } from "../../../../toolchain/app-cds.ts";
import { ensureKafkaLibs } from "../../../../toolchain/kafka.ts";
import { JAVA, requireTool } from "../../../../toolchain/prerequisites.ts";
import { ended, makeShell, missing } from "./bash.ts";

const NEEDS = ["od", "awk", "sleep", "stat", "mkdir", "mv"];
/** Why no real node can be started here; false when it can. */
export const noNodes = missing("the system", NEEDS);
export const CLUSTER = "AAAAAAAAAAAAAAAAAAAAAA";
/** A node is up in a few seconds; only a test that fails waits so long. */
const DEADLINE_MS = 120_000;

type Files = Readonly<Record<string, string>>;

/** A machine with Java and one Kafka version laid out as in a container; its nodes end with the test. */
export async function makeKafka(t: TestContext, kafkaVersion: string) {
  const shell = makeShell(t, "the system", NEEDS);
  const setup = { env: process.env, yes: false, progress: () => undefined };
  const { path: java } = await requireTool(JAVA, setup);
  const kafkaLibs = await ensureKafkaLibs(kafkaVersion, setup);
  const archive = await ensureAppCds({ java, kafkaLibs, kafkaVersion, progress: setup.progress });
  symlinkSync(kafkaLibs, join(shell.root, "libs"));
  // An archive that was made for other paths: it must be passed over without a word.
  if (archive) symlinkSync(archive, join(shell.root, "kafka.jsa"));
  const env = { KAFKA_HOME: shell.root, PATH: `${shell.setup.env.PATH}:${dirname(java)}` };

  const folder = (name: string, sub: "config" | "data") => join(shell.root, name, sub);

  /** These files beside the scripts. */
  const lay = (name: string, files: Files) => {
    for (const sub of ["config", "data"] as const) mkdirSync(folder(name, sub), { recursive: true });
    const all = Object.entries({ ...containerFiles(), ...files });
    for (const [each, text] of all) writeFileSync(join(folder(name, "config"), each), text);
  };
  const launch = (name: string, args: readonly string[], files: Files, own: Record<string, string>) => {
    lay(name, files);
    const child = shell.start("start.sh", ["-Xmx256m", "-XX:TieredStopAtLevel=1", ...args], { ...env, ...own });
    t.after(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    });
    return { child, end: ended(child) };
  };
  /** Starts a node with this configuration; `{data}` in it is its data directory. */
  const start = (name: string, main: string, file: string, config: readonly string[], own: Record<string, string>) => {
    const text = config.join("\n").replaceAll("{data}", folder(name, "data"));
    return launch(name, [main, join(folder(name, "config"), file)], { [file]: text }, own);
  };
  const checkWith = async (script: string, parts: readonly string[]) => {
    const { code, stdout } = await shell.run(script, parts, { SERVES_MARK: "/" });
    return [code, stdout.trimEnd()] as const;
  };
  const check = (...parts: string[]) => checkWith("serves.sh", parts);
  /** By the copy of the script that lies among a node's files. */
  const checkNode = (name: string, parts: readonly string[]) =>
    checkWith(join(folder(name, "config"), "serves.sh"), parts);
  return { folder, lay, launch, start, check, checkNode };
}

export async function untilServes(
  node: ChildProcess,
  check: () => Promise<readonly [code: number | null, says: string]>,
) {
  for (const deadline = performance.now() + DEADLINE_MS; ; await sleep(100)) {
    const [code, says] = await check();
    if (code === 0) return says;
    assert.ok(node.exitCode === null && performance.now() < deadline, says);
  }
}
