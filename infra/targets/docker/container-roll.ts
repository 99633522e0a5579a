import type { GateNode } from "../../../scripts/ops/gate/state.ts";
import type { Emptying } from "../emptying.ts";
import type { RollGate } from "../roll-gate.ts";
import type { WayBack } from "./migration/leave.ts";

export interface ContainerRollOptions {
  readonly gate: Pick<RollGate, "enter" | "leave" | "fail" | "open">;
  readonly back: WayBack;
  readonly emptying: Pick<Emptying, "stopped" | "removed" | "served">;
  isPlanned(node: GateNode): boolean;
  /** Stops containers that go for good, in order. */
  stop(node: GateNode): Promise<void>;
  /** The whole cluster is taken down: nothing is spared, but all of it in order. */
  readonly destroying?: boolean;
}

/**
 * What the hooks of a cluster's containers do. The engine calls them in this order:
 *
 * - new files: beforeFiles, afterFiles; then what becomes of the container, or {@link answered} where it stays
 * - a replacement: beforeDelete, beforeCreate, afterCreate, answered
 * - `destroy`: answered for every container that the state has, and only then beforeDelete for each
 *
 * No hook is told whether a creation follows a deletion. But the engine answers for a container after its replacement, and
 * answers at once where it destroys: so a container that was answered for and is deleted goes for good, and one that was not
 * is replaced, however long that takes. Where neither comes, the waiting nodes reach their progress deadline and fail.
 */
export class ContainerRoll {
  readonly #options: ContainerRollOptions;
  readonly #answered = new Set<number>();
  readonly #replacing = new Set<number>();
  /** Nodes with new files whose container has not been heard of yet. */
  readonly #rewritten = new Set<number>();
  #destroying: boolean;

  constructor(options: ContainerRollOptions) {
    this.#options = options;
    this.#destroying = options.destroying ?? false;
  }

  async beforeDelete(node: GateNode): Promise<void> {
    const { gate, back, emptying, isPlanned, stop } = this.#options;
    this.#replacing.add(node.id);
    const leaves = !isPlanned(node);
    if (!leaves && this.#answered.has(node.id)) {
      this.#destroying = true;
      gate.open();
    }
    if (!this.#destroying && !leaves) await gate.enter(node);
    if (!this.#destroying && !leaves) await emptying.stopped(node);
    // It may have become known while this one waited.
    if (this.#destroying || leaves) await stop(node);
    if (!this.#destroying && leaves) await back.afterStop(node);
  }

  async beforeCreate(node: GateNode): Promise<void> {
    this.#replacing.add(node.id);
    await this.#options.emptying.removed(node);
    await this.#options.back.beforeStart(node);
  }

  async afterCreate(node: GateNode): Promise<void> {
    this.#replacing.delete(node.id);
    this.#rewritten.delete(node.id);
    await this.#options.gate.leave(node);
  }

  beforeFiles(node: GateNode): Promise<void> {
    return this.#options.gate.enter(node);
  }

  afterFiles(node: GateNode): void {
    this.#rewritten.add(node.id);
  }

  /**
   * The engine has done with a container. Where it was not replaced after new files, those only put back what it was made
   * with: the node did not stop, and its turn ends here.
   *
   * @throws when the node is not where it was: the roll ends.
   */
  async answered(node: GateNode): Promise<void> {
    this.#answered.add(node.id);
    if (this.#rewritten.delete(node.id) && !this.#replacing.has(node.id)) await this.#options.gate.leave(node);
    this.#options.emptying.served(node);
  }

  /** The engine has no container for a node. What it only skips was not taken down. */
  failed({ id }: GateNode): void {
    if (this.#replacing.has(id)) this.#options.gate.fail(id);
  }
}
