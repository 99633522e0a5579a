import type { GateNode } from "../../scripts/ops/gate/state.ts";
import type { RollGate } from "./roll-gate.ts";

/** Hears what was deleted, a line each. */
export type Emptied = (places: readonly string[]) => void;

export interface EmptyingOptions {
  readonly gate: Pick<RollGate, "mayEmpty">;
  /** Node whose data go; undefined: of none. */
  readonly nodeId: number | undefined;
  /** Ends it in order; one that has stopped already is what was wanted. */
  stop(node: GateNode): Promise<unknown>;
  /** That it had data is noted no more: cut off from here on, it keeps what it has or begins empty. */
  forget(node: GateNode): void | Promise<void>;
  /** @returns what was deleted. */
  empty(node: GateNode): Promise<readonly string[]>;
  readonly emptied: Emptied | undefined;
}

/**
 * Empties one node within the engine's run, behind the gate: it may stop → it stops → the cluster is asked again → its data are
 * deleted. The order of calls: the gate lets the node in, {@link stopped}, {@link removed}, it starts, {@link served}.
 *
 * A no to the second question leaves the data alone: the node starts with them, and the deployment fails with the reason.
 */
export class Emptying {
  readonly #options: EmptyingOptions;
  #state: "to-do" | "granted" | "done" = "to-do";
  #refusal: string | undefined;

  constructor(options: EmptyingOptions) {
    this.#options = options;
  }

  /** The gate has let it in. Nothing of it is deleted yet. */
  async stopped(node: GateNode): Promise<void> {
    const { gate, nodeId, stop, forget } = this.#options;
    if (node.id !== nodeId || this.#state !== "to-do") return;
    await stop(node);
    this.#refusal = await gate.mayEmpty(node);
    this.#state = this.#refusal === undefined ? "granted" : "done";
    if (this.#state === "granted") await forget(node);
  }

  /** What held its data is in use no more. */
  async removed(node: GateNode): Promise<void> {
    const { nodeId, empty, emptied } = this.#options;
    if (node.id !== nodeId) return;
    // Where nothing was there to stop.
    await this.stopped(node);
    if (this.#state !== "granted") return;
    this.#state = "done";
    const places = await empty(node);
    emptied?.(places);
  }

  /** It runs again. @throws why it still has its data. */
  served(node: GateNode): void {
    if (node.id === this.#options.nodeId && this.#refusal !== undefined)
      throw new Error(`node ${node.id} keeps its data, and runs with them: ${this.#refusal}`);
  }
}
