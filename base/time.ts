import { setTimeout as timeout } from "node:timers/promises";

/** Measures durations. It never jumps: the time of day does, when a machine sets its clock. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; only differences mean something. */
  now(): number;
  /** @throws the signal's reason at once when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of every duration and deadline. Tests pass a fake one. */
export const monotonic: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await timeout(ms, undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** The end of a wait, fixed when the wait begins. */
export class Deadline {
  readonly #clock: Clock;
  readonly #at: number;

  constructor(withinMs: number, clock: Clock = monotonic) {
    this.#clock = clock;
    this.#at = clock.now() + withinMs;
  }

  get isOver(): boolean {
    return this.leftMs === 0;
  }

  /** Never below 0. */
  get leftMs(): number {
    return Math.max(0, this.#at - this.#clock.now());
  }
}

export interface Poll {
  readonly withinMs: number;
  /** Between two looks. */
  readonly everyMs: number;
  /** Doubles the pause after every look, up to so much. Absent: the pause stays the same. */
  readonly slowestMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Looks until there is something to see. The last look is at the deadline or after it, so a slow machine is not judged by
 * an old one.
 *
 * @returns undefined when the deadline passed first.
 * @throws what a look throws; the signal's reason within a pause when it aborts.
 */
export async function poll<T>(
  look: () => Promise<T | undefined> | T | undefined,
  options: Poll,
): Promise<T | undefined> {
  const { withinMs, everyMs, slowestMs = everyMs, signal, clock = monotonic } = options;
  const deadline = new Deadline(withinMs, clock);
  for (let pauseMs = everyMs; ; pauseMs = Math.min(pauseMs * 2, slowestMs)) {
    signal?.throwIfAborted();
    const isLast = deadline.isOver;
    const seen = await look();
    if (seen !== undefined || isLast) return seen;
    await clock.sleep(Math.min(pauseMs, deadline.leftMs), signal);
  }
}

/**
 * The work's result, or the signal's reason as soon as it aborts. For work that cannot be told to stop: it runs on unheard,
 * so nothing may depend on its end.
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  // The one that loses must not end the process.
  work.catch(() => {});
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
