import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../../plugin/resource.ts";
import { reasonOf, statusOf } from "./engine.ts";

/** A container that was deleted just now may hold its networks and volumes for a moment. */
const TIMEOUT_MS = 30_000;
const POLL_MS = 250;

/** Removes something, again and again while the engine says that it is used; fine if it is gone already. */
export async function whileUsed(
  what: string,
  used: RegExp,
  { signal, log }: Pick<OperationContext, "signal" | "log">,
  remove: () => Promise<unknown>,
): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  let told = false;
  for (;;) {
    signal.throwIfAborted();
    try {
      await remove();
      return;
    } catch (error) {
      if (statusOf(error) === 404) return;
      if (!used.test(reasonOf(error))) throw error;
      if (performance.now() > deadline)
        throw new Error(`${what} is still used after ${TIMEOUT_MS / 1_000} s: ${reasonOf(error)}; stop what uses it`);
      if (!told) log("waiting until nothing uses it any more");
      told = true;
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}
