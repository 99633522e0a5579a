import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Long enough for a machine that does much else: only a test that fails ever waits so long. */
const DEADLINE_MS = 30_000;

/** Waits until something holds, instead of sleeping for as long as it usually takes. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `${what}: not within ${DEADLINE_MS / 1000} s`);
    await sleep(10);
  }
}
