const SAY_MS = 5_000;

/** Words that differ in nothing but their numbers prolong a wait up to so many times its limit. */
const WORDS_ONLY = 6;

export interface PatienceOptions {
  /** How long there may be nothing new, ms. */
  readonly limitMs: number;
  /** How long a wait goes unmentioned, ms. Default: 0. */
  readonly quietMs?: number;
  log(message: string): void;
  /** ms */
  readonly clock?: () => number;
}

/**
 * Bounds a wait by progress instead of by time: recovering a log may take an hour, and a pod that is stuck is stuck after
 * minutes. Progress is whatever was not seen before, so what only alternates ends too; where nothing but numbers is new
 * ("is 2410 ms behind"), that counts for a while only.
 */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #clock: () => number;
  readonly #seen = new Set<string>();
  #least = Infinity;
  #newAt: number;
  #newWordsAt: number;
  #startedAt: number;
  #said = "";
  #saidAt = -Infinity;
  #reasonSince = 0;

  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#startedAt = this.#newAt = this.#newWordsAt = this.#clock();
  }

  /**
   * @param signs every aspect of what is seen now, as texts.
   * @param missing how much of something countable is still to come; less than ever is progress of its own, because it ends.
   */
  note(signs: readonly string[], missing = Infinity): void {
    if (missing < this.#least) {
      this.#least = missing;
      this.#newAt = this.#clock();
      this.#newWordsAt = this.#clock();
    }
    for (const sign of signs) {
      if (this.#isNew(sign)) this.#newAt = this.#clock();
      if (this.#isNew(wordsOf(sign))) this.#newWordsAt = this.#clock();
    }
  }

  /** Something was done: what comes after it is new. */
  renew(): void {
    this.#seen.clear();
    this.#least = Infinity;
    this.#startedAt = this.#newAt = this.#newWordsAt = this.#clock();
  }

  get isOver(): boolean {
    const { limitMs } = this.#options;
    return this.#clock() - this.#newAt > limitMs || this.#clock() - this.#newWordsAt > limitMs * WORDS_ONLY;
  }

  /** A reason is shown when it is new but for its numbers, and again from time to time with how long it has lasted. */
  say(reason: string): void {
    const now = this.#clock();
    if (now - this.#startedAt < (this.#options.quietMs ?? 0)) return;
    const isNew = wordsOf(reason) !== wordsOf(this.#said);
    if (isNew) this.#reasonSince = now;
    if (!isNew && now - this.#saidAt < SAY_MS) return;
    this.#said = reason;
    this.#saidAt = now;
    const seconds = Math.round((now - this.#reasonSince) / 1_000);
    this.#options.log(seconds > 0 ? `${reason} (${seconds} s)` : reason);
  }

  #isNew(text: string): boolean {
    if (this.#seen.has(text)) return false;
    this.#seen.add(text);
    return true;
  }
}

const wordsOf = (text: string): string => text.replace(/\d+/g, "#");
