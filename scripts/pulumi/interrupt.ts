import { Interrupted, interruptible } from "../ui/interruptible.ts";

const STOPPING = {
  doing: "stopping in order, nothing half-made will be left",
  next: "run the same command again: it resumes",
  orderly: true,
};

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
  during<T>(work: () => Promise<T>): Promise<T> {
    return interruptible((signal) => {
      signal.addEventListener("abort", () => this.#stop(signal.reason), { once: true });
      return work();
    }, STOPPING);
  }

  #stop(reason: unknown): void {
    this.#program.abort(reason);
    const terminalToldTheEngine = reason instanceof Interrupted && reason.by === "SIGINT" && process.stdin.isTTY;
    if (!terminalToldTheEngine) this.#engine.abort();
  }
}
