import { setTimeout as sleep } from "node:timers/promises";
import { printDuration } from "../../../capacity/units.ts";
import type { HealthReport } from "../../ops/health/report.ts";

const LOOK_EVERY_MS = 2_000;
const SAY_EVERY_MS = 10_000;
/** A look that failed once may be the machine's doing; one after the other they are the cluster's. */
const FAILED_LOOKS = 3;

export interface Soak {
  readonly soakMs: number;
  readonly signal: AbortSignal;
  look(): Promise<HealthReport>;
  say(line: string): void;
}

/** Watches a cluster for a while. @returns the last look: not healthy when it failed several times on end, which ends the watch. */
export async function soak({ soakMs, signal, look, say }: Soak): Promise<HealthReport> {
  const began = performance.now();
  let [failed, saidAt] = [0, Number.NEGATIVE_INFINITY];
  for (;;) {
    const report = await look();
    signal.throwIfAborted();
    failed = report.healthy ? 0 : failed + 1;
    const passed = performance.now() - began;
    if (failed >= FAILED_LOOKS || (report.healthy && passed >= soakMs)) return report;
    if (passed - saidAt >= SAY_EVERY_MS) {
      say(`soak: healthy for ${seconds(passed)} of ${printDuration(soakMs)}`);
      saidAt = passed;
    }
    await sleep(Math.min(LOOK_EVERY_MS, Math.max(0, soakMs - passed)), undefined, { signal });
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)}s`;
