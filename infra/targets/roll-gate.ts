/**
 * The gate through which running nodes are restarted, one at a time (or one rack, where the terms say so), whatever order
 * the engine asks in.
 *
 * 1. A node that does not run may start at once: it can only help. So may one that runs and has not served since its
 *    start, where the cluster does not know it or does not answer: with settings that Kafka refuses it never would.
 * 2. A running node waits until no other is under way and it is its turn by {@link nextToRestart}.
 * 3. A node is under way until it is where it was: registered, back in every ISR that it left, and leading again what it
 *    should lead. See {@link returned}.
 * 4. Once a node has failed to come back, no further one is taken down: those waiting get an error. So they do when one of
 *    them can never be spared.
 *
 * Invariant: at most one node that ran is down, or behind, because of us, or those of one rack that leave every partition
 * its min ISR. Waits are bounded by progress, not by time, and their end is an error: slowness is never a permission.
 * Invariant: data are deleted only of a node that has stopped, right after every broker that answers has said that others have
 * all of them.
 */
import { type Clock, monotonic } from "../../base/time.ts";
import { isAbsent } from "../../scripts/ops/gate/absent.ts";
import { type NextRestart, nextToRestart } from "../../scripts/ops/gate/next.ts";
import { type Left, leaves, type PartitionId, returned } from "../../scripts/ops/gate/returned.ts";
import type { GateNode, GateState, GateTerms } from "../../scripts/ops/gate/state.ts";
import { Patience } from "./patience.ts";
import { whyNotEmpty } from "./second-look.ts";

export interface RollOptions {
  readonly order: readonly number[];
  readonly terms: GateTerms;
  /** @throws when it cannot be told: the node then keeps running. */
  isRunning(id: number): boolean | Promise<boolean>;
  /** Of a node that runs: whether it has never served since its start, and is not loading its logs either. Default: it has. */
  neverServed?(id: number): Promise<boolean>;
  /** @throws when the cluster does not answer: no running node restarts then. */
  observe(): Promise<GateState>;
  /** The same by the word of every broker, for what cannot be taken back. Default: {@link observe}. */
  observeStrictly?(): Promise<GateState>;
  /** Gives partitions back to their preferred leaders. @throws when it cannot be: they then stay where they are. */
  elect(partitions: readonly PartitionId[]): Promise<void>;
  log(message: string): void;
  /** Aborts on Ctrl-C: those who wait give up at once. */
  readonly signal?: AbortSignal | undefined;
  /** How long nothing may change before a wait counts as failed. */
  readonly patienceMs?: number;
  readonly clock?: Clock;
}

/** The engine sends its updates within milliseconds of each other; those that come later still wait their turn. */
const SETTLE_MS = 300;
const POLL_MS = 250;
/** Every restart is followed by a moment in which its replicas catch up. */
const QUIET_MS = 2_000;

export class RollGate {
  readonly #options: RollOptions;
  readonly #patienceMs: number;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, GateNode>();
  /** Nodes that are being restarted, and since when. */
  readonly #underWay = new Map<number, number>();
  readonly #left = new Map<number, Left>();
  readonly #patience: Patience;
  #failed: number | undefined;
  /** Why nobody restarts: it outlives the node that it is about. */
  #refusal: string | undefined;
  #open = false;

  constructor(options: RollOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? 300_000;
    this.#clock = options.clock ?? monotonic;
    this.#patience = this.#newPatience();
  }

  /**
   * Resolves when the node may be taken down; at once when it is under way already.
   *
   * @throws when the cluster can never spare it, or makes no progress towards that for as long as the patience.
   */
  async enter(node: GateNode): Promise<void> {
    if (this.#open || this.#underWay.has(node.id)) return;
    if (!(await this.#options.isRunning(node.id))) {
      this.#underWay.set(node.id, this.#clock.now());
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

  /**
   * Of a node that was let in, with {@link GateTerms.replaces} in the terms, and has stopped since: whether its data may be
   * deleted: see {@link whyNotEmpty}.
   */
  async mayEmpty(node: GateNode): Promise<string | undefined> {
    const { observe, observeStrictly = observe, terms, log, signal } = this.#options;
    const reason = await whyNotEmpty(node, { terms, observe: observeStrictly, log, signal, clock: this.#clock }).catch(
      (error: Error) => {
        throw new Error(`node ${node.id} was stopped and keeps its data (${error.message}): the next up starts it`);
      },
    );
    // It comes back with nothing, and is waited for elsewhere, for as long as copies take.
    if (reason === undefined) this.#left.delete(node.id);
    return reason;
  }

  /** The whole cluster goes: nobody waits any more, and nothing is spared. */
  open(): void {
    this.#open = true;
  }

  /**
   * The node serves again. Resolves once it is where it was.
   *
   * @throws when it is not, and makes no progress: the roll ends here.
   */
  async leave(node: GateNode): Promise<void> {
    const left = this.#left.get(node.id);
    try {
      if (left && !this.#open) await this.#return(node, left);
    } catch (error) {
      this.fail(node.id);
      throw error;
    } finally {
      this.#left.delete(node.id);
      this.#underWay.delete(node.id);
      this.#patience.renew();
    }
  }

  /** The node did not come back: the roll ends here. */
  fail(id: number): void {
    this.#underWay.delete(id);
    this.#failed ??= id;
  }

  async #turn(node: GateNode): Promise<void> {
    for (; ; await this.#pause(POLL_MS)) {
      // With another of its rack.
      if (this.#open || this.#underWay.has(node.id)) return;
      if (await this.#servesNobody(node)) {
        this.#underWay.set(node.id, this.#clock.now());
        return;
      }
      if (this.#failed !== undefined)
        throw new Error(`node ${node.id} was left unchanged, because node ${this.#failed} failed before it`);
      if (this.#refusal !== undefined) throw new Error(`node ${node.id} was not restarted: ${this.#refusal}`);
      if (this.#underWay.size > 0) this.#requireProgress();
      else if (await this.#try(node)) return;
    }
  }

  /** It crashed while it waited, or it never served since its start and nothing of the cluster depends on it. */
  async #servesNobody({ id }: GateNode): Promise<boolean> {
    const { isRunning, neverServed, observe } = this.#options;
    if (!(await isRunning(id))) return true;
    if (!(await neverServed?.(id))) return false;
    return observe().then(
      (state) => isAbsent(id, state),
      () => true,
    );
  }

  /** @returns whether it is this node's turn. */
  async #try(node: GateNode): Promise<boolean> {
    const { next, state } = await this.#next();
    // Somebody else may have gone meanwhile.
    if (this.#underWay.size > 0 || this.#failed !== undefined) return false;
    if (next.action === "refuse") {
      this.#refusal = `${next.reason}; ${next.next}`;
      return false;
    }
    if (next.action === "wait") {
      this.#patience.note([next.reason], next.missing);
      if (this.#patience.isOver)
        throw new Error(
          `node ${node.id} was not restarted, the cluster cannot spare it: ${next.reason}; run health, then up again`,
        );
      this.#patience.say(`the roll waits: ${next.reason}`);
      return false;
    }
    if (next.id !== node.id) return false;
    for (const id of [node.id, ...(next.with ?? [])]) {
      this.#underWay.set(id, this.#clock.now());
      if (state) this.#left.set(id, leaves(id, state));
    }
    return true;
  }

  async #next(): Promise<{ readonly next: NextRestart; readonly state?: GateState }> {
    const { order, terms, observe } = this.#options;
    try {
      const state = await observe();
      return { next: nextToRestart([...this.#waiting.values()], order, state, terms), state };
    } catch (error) {
      return { next: { action: "wait", reason: silence(error), missing: Infinity } };
    }
  }

  async #return(node: GateNode, left: Left): Promise<void> {
    const patience = this.#newPatience();
    for (let asked = false; ; await this.#pause(POLL_MS)) {
      this.#underWay.set(node.id, this.#clock.now());
      const is = await this.#options.observe().then(
        (state) => returned(node, left, state),
        (error: unknown) => ({ back: false, reason: silence(error), missing: Infinity }) as const,
      );
      if (is.back && (asked || is.leads.length === 0)) return;
      if (is.back) {
        asked = true;
        await this.#options.elect(is.leads).catch((error: unknown) => {
          this.#options.log(`node ${node.id} does not lead all it should: ${(error as Error).message}`);
        });
        continue;
      }
      patience.note([is.reason], is.missing);
      if (patience.isOver) throw new Error(`node ${node.id} serves, but is not where it was: ${is.reason}; run health`);
      patience.say(`the roll waits: ${is.reason}`);
    }
  }

  async #pause(ms: number): Promise<void> {
    await this.#clock.sleep(ms, this.#options.signal).catch(() => {
      throw new Error("interrupted before its turn: it was left unchanged");
    });
  }

  /** Not every failure is told to us: a node that stays away too long counts as failed. */
  #requireProgress(): void {
    for (const [id, since] of this.#underWay) if (this.#clock.now() - since > this.#patienceMs) this.fail(id);
  }

  #newPatience(): Patience {
    return new Patience({
      ...{ limitMs: this.#patienceMs, quietMs: QUIET_MS, log: this.#options.log },
      clock: () => this.#clock.now(),
    });
  }
}

const silence = (error: unknown): string => `the cluster does not answer: ${(error as Error).message}`;
