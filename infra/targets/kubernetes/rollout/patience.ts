const SAY_MS = 5_000;

export interface PatienceOptions {
  /** How long there may be no progress, ms. */
  readonly limitMs: number;
  log(message: string): void;
  /** ms */
  readonly clock?: () => number;
}

/**
 * Bounds a wait by progress instead of by time: recovering a log may take an hour, and a pod that is stuck is stuck after
 * minutes. Progress is a state that was not there before, or the same one with a smaller first number in its words
 * ("not in sync in 3 of its 50 partitions"); so what only alternates, or counts up, ends too.
 */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #clock: () => number;
  readonly #lowest = new Map<string, number>();
  #progressAt: number;
  #said = "";
  #saidAt = -Infinity;
  #reasonSince = 0;

  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#progressAt = this.#clock();
  }

  /** @param signs every aspect of what was seen, as texts. */
  note(signs: readonly string[]): void {
    for (const sign of signs) {
      const kind = sign.replace(/\d+/g, "#");
      const number = Number(/\d+/.exec(sign)?.[0] ?? 0);
      if (number >= (this.#lowest.get(kind) ?? Infinity)) continue;
      this.#lowest.set(kind, number);
      this.#progressAt = this.#clock();
    }
  }

  /** Something was done: what comes next is new. */
  renew(): void {
    this.#lowest.clear();
    this.#progressAt = this.#clock();
  }

  get isOver(): boolean {
    return this.#clock() - this.#progressAt > this.#options.limitMs;
  }

  /** A reason is shown when it is new, and again from time to time with how long it has lasted. */
  say(reason: string): void {
    const now = this.#clock();
    const isNew = reason !== this.#said;
    if (isNew) this.#reasonSince = now;
    if (!isNew && now - this.#saidAt < SAY_MS) return;
    this.#said = reason;
    this.#saidAt = now;
    const seconds = Math.round((now - this.#reasonSince) / 1_000);
    this.#options.log(seconds > 0 ? `${reason} (${seconds} s)` : reason);
  }
}
