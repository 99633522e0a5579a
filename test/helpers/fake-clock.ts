import type { Clock } from "../../base/time.ts";

/** A clock that stands still until something sleeps, which takes no time: waits of an hour end at once. */
export class FakeClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.advance(ms);
    // Lets others run, as a real sleep does.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
