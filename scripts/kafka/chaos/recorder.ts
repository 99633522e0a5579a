import type { History, PollEntry, SendEntry, TransactionEntry } from "../../ops/chaos/history.ts";

/** What all clients of a load write their history into. */
export class Recorder {
  readonly sends: SendEntry[] = [];
  readonly transactions: TransactionEntry[] = [];
  readonly polls: PollEntry[] = [];
  readonly #begun = performance.now();

  /** Milliseconds since the load began. */
  now(): number {
    return performance.now() - this.#begun;
  }

  history(rest: Pick<History, "durationMs" | "partitions" | "producers" | "groups" | "log">): History {
    return { ...rest, sends: this.sends, transactions: this.transactions, polls: this.polls };
  }
}
