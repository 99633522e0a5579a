/**
 * What may happen to a deployment that restarts every node under load. It runs as a process of its own where it is killed, or
 * has a rival: as it would for a person with two terminals.
 */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../../infra/paths.ts";
import type { Change } from "../../ops/chaos/faults.ts";

export interface ChangeTools {
  /** As the user named the stack. */
  readonly argument: string;
  roll(): Promise<void>;
  up(): Promise<void>;
  /** Ids of brokers that do not serve now. */
  down(): Promise<readonly number[]>;
  say(line: string): void;
}

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** A deployment that finds another one at work says so, and harms nothing. */
const REFUSED = /is being changed by|the stack is locked by another update/;
const BEGUN_WITHIN_MS = 120_000;
const POLL_MS = 50;

/** Each throws when it does not go as it should. @param signal ends what runs, in order. */
export const CHANGES: Readonly<Record<Change, (tools: ChangeTools, signal: AbortSignal) => Promise<void>>> = {
  roll: ({ roll }) => roll(),

  async "up-killed"(tools, signal) {
    const child = start(tools, ["roll", tools.argument, "--reason", "chaos", "--yes"], signal);
    const begunAt = performance.now();
    const seen = new Set<number>();
    // The second one down: one has restarted, and others have not.
    while (seen.size < 2 && !(await child.hasEnded(POLL_MS)) && performance.now() - begunAt < BEGUN_WITHIN_MS)
      for (const id of await tools.down()) seen.add(id);
    const inTime = child.kill();
    const { stderr } = await child.ended;
    signal.throwIfAborted();
    if (!inTime || seen.size < 2) throw new Error(`not killed in the middle of the roll: ${lastLine(stderr)}`);
    tools.say("killed in the middle of the roll; up goes on");
    await tools.up();
  },

  async "two-ups"(tools, signal) {
    const words = ["roll", tools.argument, "--reason", "chaos", "--yes"];
    const rivals = ["first", "second"].map((name) => start(tools, words, signal, name));
    const ended = await Promise.all(rivals.map(({ ended }) => ended));
    signal.throwIfAborted();
    for (const { code, stderr } of ended)
      if (code !== 0 && !(code === 1 && REFUSED.test(stderr)))
        throw new Error(`neither done nor refused: exit ${code}, ${lastLine(stderr)}`);
    const [first, second] = ended.map(({ code }) => (code === 0 ? "done" : "refused"));
    tools.say(`the first was ${first}, the second ${second}`);
    // What a refused one wanted.
    await tools.up();
  },
};

interface Child {
  /** Waits so long. */
  hasEnded(ms: number): Promise<boolean>;
  /** With its engine. @returns whether it still ran. */
  kill(): boolean;
  readonly ended: Promise<Ended>;
}

/** In a group of its own, so that a Ctrl-C of the terminal reaches it once, and by us. */
function start({ say }: ChangeTools, args: readonly string[], signal: AbortSignal, name = args[0]): Child {
  const child: ChildProcess = spawn(process.execPath, [path.join(projectRoot, "scripts/kafka-stacks.ts"), ...args], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (const line of text.trimEnd().split("\n")) say(`  ${name}: ${line}`);
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stderr }));
  });
  const runs = () => child.exitCode === null && child.signalCode === null;
  const interrupt = () => {
    if (runs()) child.kill("SIGINT");
  };
  signal.addEventListener("abort", interrupt);
  ended.finally(() => signal.removeEventListener("abort", interrupt)).catch(() => {});
  return {
    async hasEnded(ms) {
      await Promise.race([ended, sleep(ms)]);
      return !runs();
    },
    kill() {
      if (!runs()) return false;
      process.kill(-child.pid!, "SIGKILL");
      return true;
    },
    ended,
  };
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";
