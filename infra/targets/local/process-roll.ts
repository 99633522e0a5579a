import type { GateNode } from "../../../scripts/ops/gate/state.ts";
import type { Emptying } from "../emptying.ts";
import type { RollGate } from "../roll-gate.ts";
import type { LocalNodeArgs } from "./render.ts";

export interface ProcessRollOptions {
  readonly gate: Pick<RollGate, "enter" | "leave" | "fail">;
  readonly emptying: Pick<Emptying, "stopped" | "removed" | "served">;
  /** The node whose data go; undefined: none. */
  readonly replaces: number | undefined;
  /** Applies what a running node takes without a restart. @returns whether that was all. */
  makeLive(was: LocalNodeArgs, now: LocalNodeArgs): Promise<boolean>;
  isRunning(node: LocalNodeArgs): boolean;
  runsAsWanted(node: LocalNodeArgs): Promise<boolean>;
  /** Tells an error that fails the deployment: after a hook that fails, the engine forgets what it has just created. */
  tell(error: Error): void;
}

/**
 * What comes before and after each change of a process, so that the engine's run is a roll.
 *
 * Invariant: a node that runs is stopped only behind the gate, and one that runs as wanted is not stopped at all.
 */
export class ProcessRoll {
  readonly #options: ProcessRollOptions;

  constructor(options: ProcessRollOptions) {
    this.#options = options;
  }

  /** Without a state, nodes that run are created: those that run as wanted stay, the others wait for their turn. */
  async beforeCreate(node: GateNode, now: LocalNodeArgs): Promise<void> {
    const { gate, replaces, isRunning, runsAsWanted } = this.#options;
    if (node.id === replaces) return this.#giveUp(node);
    if (isRunning(now) && !(await runsAsWanted(now))) await gate.enter(node);
  }

  async beforeUpdate(node: GateNode, was: LocalNodeArgs, now: LocalNodeArgs): Promise<void> {
    const { gate, replaces, makeLive } = this.#options;
    if (node.id === replaces) return this.#giveUp(node);
    if (!(await makeLive(was, now))) await gate.enter(node);
  }

  /** It serves. */
  async after(node: GateNode): Promise<void> {
    const { gate, emptying, tell } = this.#options;
    await gate.leave(node);
    try {
      emptying.served(node);
    } catch (error) {
      tell(error as Error);
    }
  }

  failed({ id }: GateNode): void {
    this.#options.gate.fail(id);
  }

  async #giveUp(node: GateNode): Promise<void> {
    const { gate, emptying } = this.#options;
    await gate.enter(node);
    await emptying.stopped(node);
    await emptying.removed(node);
  }
}
