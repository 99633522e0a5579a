/**
 * Ctrl-C during a deployment. A terminal sends it to the engine as well, which then stops by itself and in order, and a
 * second one would make it drop everything; so it is passed on only when no terminal did so.
 */
export class Interrupt {
  readonly #abort = new AbortController();
  #received = false;

  constructor() {
    process.on("SIGINT", this.#onSignal);
    process.on("SIGTERM", this.#onSignal);
  }

  /** For operations that can be told to stop. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get received(): boolean {
    return this.#received;
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#received) return;
    this.#received = true;
    process.stderr.write("\ninterrupted: stopping in order; nothing half-made will be left\n");
    const terminalToldTheEngine = signal === "SIGINT" && process.stdin.isTTY;
    if (!terminalToldTheEngine) this.#abort.abort();
  };

  end(): void {
    process.off("SIGINT", this.#onSignal);
    process.off("SIGTERM", this.#onSignal);
  }
}
