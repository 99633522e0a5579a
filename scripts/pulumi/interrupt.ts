/**
 * Ctrl-C during a deployment. A terminal sends it to the engine as well, which then stops by itself and in order, and a
 * second one would make it drop everything; so it is passed on only when no terminal did so.
 */
export class Interrupt {
  readonly #engine = new AbortController();
  readonly #program = new AbortController();

  /** Aborts when the engine has to be told. */
  get engine(): AbortSignal {
    return this.#engine.signal;
  }

  /** Aborts whenever an interrupt came, for what waits inside the Pulumi program. */
  get program(): AbortSignal {
    return this.#program.signal;
  }

  get received(): boolean {
    return this.#program.signal.aborted;
  }

  /** Listens for as long as the work takes. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const signals = ["SIGINT", "SIGTERM"] as const;
    for (const name of signals) process.on(name, this.#onSignal);
    try {
      return await work();
    } finally {
      for (const name of signals) process.off(name, this.#onSignal);
    }
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.received) return;
    this.#program.abort();
    process.stderr.write("\ninterrupted: stopping in order; nothing half-made will be left\n");
    const terminalToldTheEngine = signal === "SIGINT" && process.stdin.isTTY;
    if (!terminalToldTheEngine) this.#engine.abort();
  };
}
