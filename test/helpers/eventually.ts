import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Long enough for a machine that does much else: only a test that fails ever waits so long. */
const DEADLINE_MS = 30_000;

/** Waits until something holds, instead of sleeping for as long as it usually takes. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = DEADLINE_MS,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `${what}: not within ${withinMs / 1000} s`);
    await sleep(10);
  }
}
