/**
 * The gate through which running nodes are restarted, one at a time, whatever order the engine asks in.
 *
 * 1. A node that does not run may start at once: it can only help.
 * 2. A running node waits until no other is under way and it is its turn by {@link nextToRestart}.
 * 3. Once a node has failed to come back, no further one is taken down: those waiting get an error.
 *
 * Invariant: at most one node that ran is down because of us.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { nextToRestart, type RollAction, type RollNode, type RollState } from "./roll.ts";

export interface RollOptions {
  readonly order: readonly number[];
  isRunning(id: number): boolean | Promise<boolean>;
  /** @throws when the cluster does not answer: no running node restarts then. */
  observe(): Promise<RollState>;
  log(message: string): void;
  /** Aborts on Ctrl-C: those who wait give up at once. */
  readonly signal?: AbortSignal | undefined;
  /** How long the cluster may take to be able to spare a node, and a node to come back. */
  readonly patienceMs?: number;
}

/** The engine sends its updates within milliseconds of each other; those that come later still wait their turn. */
const SETTLE_MS = 300;
const POLL_MS = 250;
const SAY_MS = 5_000;

export class RollGate {
  readonly #options: RollOptions;
  readonly #patienceMs: number;
  readonly #waiting = new Map<number, RollNode>();
  /** Nodes that are being restarted, and since when. */
  readonly #underWay = new Map<number, number>();
  #failed: number | undefined;
  #open = false;
  #said = "";
  #saidAt = 0;

  constructor(options: RollOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? 300_000;
  }

  /**
   * Resolves when the node may be taken down; at once when it is under way already.
   *
   * @throws when the cluster cannot spare it within the patience.
   */
  async enter(node: RollNode): Promise<void> {
    if (this.#open || this.#underWay.has(node.id)) return;
    if (!(await this.#options.isRunning(node.id))) {
      this.#underWay.set(node.id, Date.now());
      return;
    }
    this.#waiting.set(node.id, node);
    try {
      await this.#pause(SETTLE_MS);
      await this.#turn(node);
    } finally {
      this.#waiting.delete(node.id);
    }
  }

  /** The whole cluster goes: nobody waits any more, and nothing is spared. */
  open(): void {
    this.#open = true;
  }

  /** The node serves again. */
  leave(id: number): void {
    this.#underWay.delete(id);
  }

  /** The node did not come back: the roll ends here. */
  fail(id: number): void {
    this.#underWay.delete(id);
    this.#failed ??= id;
  }

  async #turn(node: RollNode): Promise<void> {
    let deadline = this.#deadline();
    for (;;) {
      if (this.#open) return;
      if (this.#failed !== undefined)
        throw new Error(`node ${node.id} was left as it is, because node ${this.#failed} failed before it`);
      const next = await this.#next();
      if (next.action === "restart" && next.id === node.id && this.#underWay.size === 0) {
        this.#underWay.set(node.id, Date.now());
        return;
      }
      this.#requireProgress();
      // Time spent on another node's turn is not this node's.
      if (next.action === "restart" || this.#underWay.size > 0) deadline = this.#deadline();
      else if (Date.now() > deadline)
        throw new Error(
          `node ${node.id} was not restarted, the cluster cannot spare it: ${next.reason}; run health, then up again`,
        );
      else this.#say(next.reason);
      await this.#pause(POLL_MS);
    }
  }

  /** Several wait for one reason, and counts in it change all the time: it is told when new, and not too often. */
  #say(reason: string): void {
    if (reason === this.#said || Date.now() < this.#saidAt + SAY_MS) return;
    this.#said = reason;
    this.#saidAt = Date.now();
    this.#options.log(`the roll waits, at most ${Math.round(this.#patienceMs / 60_000)} min: ${reason}`);
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#options;
    await sleep(ms, undefined, signal ? { signal } : {}).catch(() => {
      throw new Error("interrupted before its turn: it was left as it is");
    });
  }

  /** Not every failure is told to us: a node that stays away too long counts as failed. */
  #requireProgress(): void {
    for (const [id, since] of this.#underWay) if (Date.now() - since > this.#patienceMs) this.fail(id);
  }

  async #next(): Promise<RollAction> {
    if (this.#underWay.size > 0)
      return { action: "wait", reason: `node ${[...this.#underWay.keys()].join(", ")} is under way` };
    try {
      return nextToRestart([...this.#waiting.values()], this.#options.order, await this.#options.observe());
    } catch (error) {
      return { action: "wait", reason: `the cluster does not answer: ${(error as Error).message}` };
    }
  }

  #deadline(): number {
    return Date.now() + this.#patienceMs;
  }
}
