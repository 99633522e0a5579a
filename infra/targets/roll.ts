/**
 * The gate through which running nodes are restarted, one at a time, whatever order the engine asks in.
 *
 * 1. A node that does not run may start at once: it can only help.
 * 2. A running node waits until no other node is under way and none that may come first has yet to ask.
 * 3. Among those waiting, the plan's restart order decides, but the quorum's leader goes last of the controllers.
 * 4. It goes only when the cluster can spare it: every partition keeps its min ISR and every quorum its majority.
 *
 * 5. Once a node has failed to come back, no further one is taken down: those waiting get an error.
 *
 * Invariant: at most one node that ran is down because of us.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { IsrState } from "../../scripts/kafka/isr.ts";
import { partitionsNeeding } from "../../scripts/kafka/isr.ts";
import type { QuorumState } from "../../scripts/kafka/state.ts";
import type { Role } from "../plan/types.ts";

export interface RollNode {
  readonly id: number;
  readonly roles: readonly Role[];
}

/** What the gate sees of the cluster; `quorum` is null in ZooKeeper mode. */
export interface RollState {
  readonly isr: IsrState;
  readonly quorum: QuorumState | null;
}

export type RollAction =
  | { readonly action: "restart"; readonly id: number }
  | { readonly action: "wait"; readonly reason: string };

/** A voter that fetched longer ago than this does not count towards the majority that must stay. */
const VOTER_CURRENT_MS = 5_000;

/** Which of the waiting nodes may restart now. Pure. `order` is the plan's restart order. */
export function nextToRestart(waiting: readonly RollNode[], order: readonly number[], state: RollState): RollAction {
  const leader = state.quorum?.leaderId;
  const rank = ({ id, roles }: RollNode) =>
    order.indexOf(id) + (id === leader && waiting.some(isOther(id, roles)) ? order.length : 0);
  const node = waiting.toSorted((a, b) => rank(a) - rank(b))[0];
  if (!node) return { action: "wait", reason: "no node asks" };
  const reason =
    (node.roles.includes("broker") && heldByPartitions(node.id, state.isr)) || heldByQuorum(node.id, state.quorum);
  return reason ? { action: "wait", reason } : { action: "restart", id: node.id };
}

/** Another waiting node of the same kind: the leader yields to those only, so controllers still precede brokers. */
function isOther(id: number, roles: readonly Role[]) {
  return (node: RollNode): boolean => node.id !== id && node.roles.join() === roles.join();
}

function heldByPartitions(id: number, isr: IsrState): string | undefined {
  const needing = partitionsNeeding(id, isr);
  const first = needing[0];
  if (!first) return undefined;
  const others = needing.length > 1 ? ` and ${needing.length - 1} more` : "";
  return `broker ${id} is needed by ${first.topic}-${first.partition} (in sync: ${first.isr.join(", ")}; min ISR ${first.minIsr})${others}`;
}

function heldByQuorum(id: number, quorum: QuorumState | null): string | undefined {
  if (!quorum?.voters.some((voter) => voter.id === id) || quorum.voters.length === 1) return undefined;
  const staying = quorum.voters.filter(
    (voter) =>
      voter.id !== id && (voter.id === quorum.leaderId || (voter.caughtUpAgoMs ?? Infinity) <= VOTER_CURRENT_MS),
  );
  const majority = Math.floor(quorum.voters.length / 2) + 1;
  if (staying.length >= majority) return undefined;
  return `controller ${id} is needed: of ${quorum.voters.length} voters only ${staying.length} others keep up and ${majority} must`;
}

export interface RollOptions {
  readonly order: readonly number[];
  isRunning(id: number): boolean;
  /** @throws when the cluster does not answer: no running node restarts then. */
  observe(): Promise<RollState>;
  log(message: string): void;
  /** How long the cluster may take to be able to spare a node, and a node to come back. */
  readonly patienceMs?: number;
}

/** The engine sends its updates within milliseconds of each other; those that come later still wait their turn. */
const SETTLE_MS = 300;
const POLL_MS = 250;

export class RollGate {
  readonly #options: RollOptions;
  readonly #patienceMs: number;
  readonly #waiting = new Map<number, RollNode>();
  /** Nodes that are being restarted, and since when. */
  readonly #underWay = new Map<number, number>();
  #failed: number | undefined;

  constructor(options: RollOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? 300_000;
  }

  /** Resolves when the node may be taken down. @throws when the cluster cannot spare it within the patience. */
  async enter(node: RollNode): Promise<void> {
    if (!this.#options.isRunning(node.id)) {
      this.#underWay.set(node.id, Date.now());
      return;
    }
    this.#waiting.set(node.id, node);
    try {
      await sleep(SETTLE_MS);
      await this.#turn(node);
    } finally {
      this.#waiting.delete(node.id);
    }
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
    let said = "";
    for (;;) {
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
      else if (next.reason !== said) {
        said = next.reason;
        this.#options.log(said);
      }
      if (Date.now() > deadline)
        throw new Error(
          `node ${node.id} was not restarted, the cluster cannot spare it: ${said}; run health, then up again`,
        );
      await sleep(POLL_MS);
    }
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
