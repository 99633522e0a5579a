import { monotonic, orAborted } from "../../../base/time.ts";
import { printDuration } from "../../../capacity/units.ts";
import type { HealthReport } from "../../ops/health/report.ts";

const LOOK_EVERY_MS = 2_000;
const SAY_EVERY_MS = 10_000;
/** A look that failed once may be the machine's doing; one after the other they are the cluster's. */
const FAILED_LOOKS = 3;

export interface Soak {
  readonly soakMs: number;
  /** How often to look. */
  readonly everyMs?: number;
  readonly signal: AbortSignal;
  look(): Promise<HealthReport>;
  say(line: string): void;
}

/** Watches a cluster for a while. @returns the last look: not healthy when it failed several times on end, which ends the watch. */
export async function soak({ soakMs, everyMs = LOOK_EVERY_MS, signal, look, say }: Soak): Promise<HealthReport> {
  const began = monotonic.now();
  let [failed, saidAt] = [0, 0];
  say(`soak: watching for ${printDuration(soakMs)}`);
  for (;;) {
    const report = await orAborted(look(), signal);
    failed = report.healthy ? 0 : failed + 1;
    const passed = monotonic.now() - began;
    if (failed >= FAILED_LOOKS || (report.healthy && passed >= soakMs)) return report;
    if (!report.healthy) say(`soak: ${failingOf(report)}`);
    else if (passed - saidAt >= SAY_EVERY_MS) {
      say(`soak: healthy for ${Math.round(passed / 1000)}s of ${printDuration(soakMs)}`);
      saidAt = passed;
    }
    const left = soakMs - passed;
    await monotonic.sleep(report.healthy && left < everyMs ? left : everyMs, signal);
  }
}

/** What fails, in words. */
export const failingOf = ({ checks }: HealthReport): string =>
  checks
    .filter(({ status }) => status === "fail")
    .map(({ name, detail }) => `${name}: ${detail}`)
    .join("; ");
