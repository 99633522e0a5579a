import { setTimeout as sleep } from "node:timers/promises";

interface Waiting {
  /** What the target stops a node by: a pid file, or a container's name. */
  readonly key: string;
  readonly roles: readonly string[];
}

/** Asks a node to stop, and ends it when it has not after `graceMs`. */
export type StopNode = (key: string, graceMs: number) => Promise<unknown>;

/** How long after the last request a group counts as complete: the engine sends deletes within milliseconds. */
const SETTLE_MS = 200;
/** A broker may hand over its leaders while the quorum stands. */
const GRACEFUL_MS = 30_000;
/** A controller without quorum ignores SIGTERM; nothing is lost by ending it, what it wrote is on disk. */
const QUORUM_LOST_MS = 2_000;

export interface StopStep {
  readonly keys: readonly string[];
  readonly graceMs: number;
}

/**
 * In which order and how patiently the nodes of a group stop. Pure.
 *
 * 1. Brokers without other roles, together: the quorum still stands for their controlled shutdown.
 * 2. Combined nodes one after another while a majority of them remains, then the rest at once.
 * 3. Dedicated controllers together, then ZooKeeper nodes together.
 */
export function stopSteps(group: readonly Waiting[]): StopStep[] {
  const having = (wanted: string) => group.filter(({ roles }) => roles.join() === wanted).map(({ key }) => key);
  const combined = group.filter(({ roles }) => roles.length > 1).map(({ key }) => key);
  // With one combined node in the group the others stay, so it leaves gracefully; with more, the cluster goes.
  const spare = combined.length === 1 ? 1 : Math.ceil(combined.length / 2) - 1;
  const steps: StopStep[] = [
    { keys: having("broker"), graceMs: GRACEFUL_MS },
    ...combined.slice(0, spare).map((pidFile) => ({ keys: [pidFile], graceMs: GRACEFUL_MS })),
    { keys: combined.slice(spare), graceMs: QUORUM_LOST_MS },
    { keys: having("controller"), graceMs: QUORUM_LOST_MS },
    { keys: having("zookeeper"), graceMs: QUORUM_LOST_MS },
  ];
  return steps.filter(({ keys }) => keys.length > 0);
}

/** Collects the deletes that arrive together and ends their nodes in the order of {@link stopSteps}. */
export class StopQueue {
  readonly #stop: StopNode;
  #group: Waiting[] = [];
  #round: Promise<void> | undefined;

  constructor(stop: StopNode) {
    this.#stop = stop;
  }

  /** Resolves when the node is gone. */
  async stop(key: string, roles: readonly string[]): Promise<void> {
    this.#group.push({ key, roles });
    this.#round ??= this.#run();
    await this.#round;
  }

  async #run(): Promise<void> {
    for (let seen = -1; seen !== this.#group.length; ) {
      seen = this.#group.length;
      await sleep(SETTLE_MS);
    }
    const group = this.#group;
    this.#group = [];
    this.#round = undefined;
    for (const { keys, graceMs } of stopSteps(group)) await Promise.all(keys.map((key) => this.#stop(key, graceMs)));
  }
}
