/**
 * Carries out the faults of a schedule, one after the other:
 *
 * 1. Wait through the calm, choose the victim as things are now, break it, hold. A change of the whole cluster takes its time.
 * 2. Heal: what lasts is ended, a node that is down is started by `up`.
 * 3. Wait until the cluster is whole; only then comes the next.
 * 4. Whatever happens, Ctrl-C included: what was broken is healed before this ends.
 *
 * Invariant: at most one node is broken at a time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Change, type Fault, isChange, type LastingFault } from "../../ops/chaos/faults.ts";
import type { FaultResult } from "../../ops/chaos/report.ts";
import { choose, type ScheduledFault } from "../../ops/chaos/schedule.ts";

/** What the faults are done to. */
export interface Disturbed {
  /** Ids of nodes that it can be done to, in order; as things are now. */
  victims(fault: Fault): Promise<readonly number[]>;
  kill(node: number): Promise<void>;
  /** Ends by itself after a time. */
  begin(what: LastingFault, node: number, limitMs: number): Promise<void>;
  end(what: LastingFault, node: number): Promise<void>;
  change(what: Change, signal: AbortSignal): Promise<void>;
  /** Starts what does not run, and ends what was begun. */
  up(): Promise<void>;
  /** Whether it becomes whole again within its patience. */
  whole(): Promise<boolean>;
  /** Milliseconds since the load began. */
  now(): number;
  say(line: string): void;
}

/** What nobody ended ends itself so much later. */
const WAKE_MARGIN_MS = 10_000;

export async function disturb(
  planned: readonly ScheduledFault[],
  cluster: Disturbed,
  signal: AbortSignal,
): Promise<FaultResult[]> {
  const results: FaultResult[] = [];
  for (const next of planned) {
    await calm(next.calmMs, signal);
    if (signal.aborted) break;
    results.push(await carryOut(next, cluster, signal));
  }
  return results;
}

async function carryOut(next: ScheduledFault, cluster: Disturbed, signal: AbortSignal): Promise<FaultResult> {
  const { fault } = next;
  const atMs = cluster.now();
  const result = { fault: fault.name, node: null, atMs, endedMs: null, healedMs: null, note: null };
  const tell = (text: string) => cluster.say(`${(cluster.now() / 1000).toFixed(1)} s  ${fault.name}: ${text}`);
  let node: number | undefined;
  if (fault.victim !== "cluster") {
    try {
      node = choose(await cluster.victims(fault), next.pick);
    } catch (error) {
      tell(`not done: ${(error as Error).message}`);
      return { ...result, note: `no victim found: ${(error as Error).message}` };
    }
    if (node === undefined) return { ...result, note: `there is no ${fault.victim} now that it can be done to` };
  }
  const deed = deedOf(next, node ?? -1, cluster, signal);
  let note: string | null = null;
  try {
    tell(node === undefined ? "begun" : `node ${node}, for ${next.holdMs / 1000} s`);
    await deed.break();
    await calm(next.holdMs, signal);
  } catch (error) {
    note = (error as Error).message;
  }
  try {
    if (note !== null || !isChange(fault.action)) await deed.heal();
  } catch (error) {
    note ??= (error as Error).message;
    // Once more: a Ctrl-C of the terminal also ends the engine that was healing.
    await deed.heal();
  }
  const endedMs = cluster.now();
  tell(node === undefined ? "done" : `node ${node} runs again`);
  const whole = await cluster.whole();
  tell(whole ? "the cluster is whole" : "the cluster is not whole");
  return { ...result, node: node ?? null, endedMs, healedMs: whole ? cluster.now() : null, note };
}

interface Deed {
  break(): Promise<void>;
  heal(): Promise<void>;
}

function deedOf({ fault, holdMs }: ScheduledFault, node: number, cluster: Disturbed, signal: AbortSignal): Deed {
  const { action } = fault;
  if (isChange(action)) return { break: () => cluster.change(action, signal), heal: () => cluster.up() };
  if (action === "kill") return { break: () => cluster.kill(node), heal: () => cluster.up() };
  return {
    break: () => cluster.begin(action, node, holdMs + WAKE_MARGIN_MS),
    async heal() {
      await cluster.end(action, node);
      if (!mustRestart(action)) return;
      // A broker without room on its disk has ended itself already.
      if (action !== "fill") await cluster.kill(node).catch(() => {});
      await cluster.up();
    },
  };
}

/**
 * Whether the end of it alone does not make the node well. One whose clock was put back goes on to wait for times that it has
 * seen already, up to an hour.
 */
function mustRestart(action: LastingFault): boolean {
  return action === "fill" || action === "clock-ahead" || action === "clock-behind" || action === "expire";
}

/** Ends early, and quietly, when the run is cut off. */
export async function calm(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
