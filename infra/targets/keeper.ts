import { type ChildProcess, spawn } from "node:child_process";

/**
 * Processes of their own that undo what was done to nodes after a while, whatever became of this one; one for each node.
 * What they do must be harmless where it was undone already.
 */
export class Keepers {
  readonly #running = new Map<number, ChildProcess>();

  /** Before the deed: a node must not suffer for ever because this process was killed between the two. */
  start(nodeId: number, command: string, args: readonly string[]): void {
    this.dismiss(nodeId);
    const child = spawn(command, args, { detached: true, stdio: "ignore" });
    child.on("error", () => {}); // Then only whoever did it undoes it.
    child.unref();
    this.#running.set(nodeId, child);
  }

  /** With its children: it leads a group of its own. */
  dismiss(nodeId: number): void {
    const child = this.#running.get(nodeId);
    this.#running.delete(nodeId);
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid);
  }
}
