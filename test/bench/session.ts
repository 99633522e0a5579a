import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadStackFile } from "../../infra/stack-file.ts";
import { ensureAppCds } from "../../toolchain/app-cds.ts";
import { ensureToolchain, type Toolchain } from "../../toolchain/ensure.ts";
import { stderrProgress } from "../../toolchain/progress.ts";
import type { Goal, Series } from "./measure.ts";

export interface Result {
  readonly series: readonly Series[];
  readonly goals: readonly Goal[];
  /** How the figures came about, where the names do not say it. */
  readonly notes: readonly string[];
}

export interface Benchmark {
  readonly name: string;
  readonly description: string;
  /** Why it cannot be measured here, if so. */
  skip?(): Promise<string | false>;
  measure(session: Session): Promise<Result>;
}

/** What all benchmarks of one run share. */
export interface Session {
  readonly runs: number;
  readonly toolchain: Toolchain;
  /** A new path each time, below a directory that goes with the session. */
  place(): string;
  /** Aborts on Ctrl-C: whatever runs ends, and what was started is stopped. */
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** Makes a session, with everything cached that is got only once on a machine, and ends it whatever happens. */
export async function withSession<T>(runs: number, use: (session: Session) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // Once is enough: a second Ctrl-C must not keep us from stopping what was started.
  const interrupt = () => {
    if (!controller.signal.aborted) say("interrupted: stopping what was started");
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, interrupt);
  const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-bench-"));
  let places = 0;
  const place = () => path.join(directory, String(++places));
  try {
    const toolchain = await warmToolchain();
    return await use({ runs, toolchain, place, signal: controller.signal, say });
  } finally {
    rmSync(directory, { recursive: true, force: true });
    for (const name of signals) process.off(name, interrupt);
  }
}

async function warmToolchain(): Promise<Toolchain> {
  const { kafkaVersion } = loadStackFile("dev").plan;
  const toolchain = await ensureToolchain({ kafkaVersion, yes: false, progress: stderrProgress });
  await ensureAppCds({ ...toolchain, kafkaVersion, progress: stderrProgress });
  return toolchain;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
