import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** A machine on which a cluster idles counts as quiet. */
const MOST_BUSY = 0.15;
const SAMPLE_MS = 3_000;
const PATIENCE_MS = 5 * 60_000;

/**
 * Waits until the machine has little to do, what an earlier run left behind included; else that would be measured. When it
 * never is, says so: what then is measured is worse than it is.
 */
export async function quiet(signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let waiting = false;
  for (;;) {
    const busy = await busyShare(signal);
    if (busy <= MOST_BUSY) return;
    if (performance.now() > deadline) {
      say(`the machine is still busy (${percent(busy)}): the next figure is worse than it should be`);
      return;
    }
    if (!waiting) say(`waiting for the machine to be quiet (busy: ${percent(busy)})`);
    waiting = true;
  }
}

/** Of all processors together. */
async function busyShare(signal: AbortSignal): Promise<number> {
  const before = processorTime();
  await sleep(SAMPLE_MS, undefined, { signal });
  const after = processorTime();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function processorTime(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.flatMap((time) => Object.values(time))) };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
