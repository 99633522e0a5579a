/**
 * Carries out the faults of a schedule, one after the other:
 *
 * 1. Wait through the calm, choose the victim as things are now, break it, hold.
 * 2. Heal: a paused node runs on, a killed one is started by `up`.
 * 3. Wait until the cluster is whole; only then comes the next.
 * 4. Whatever happens, Ctrl-C included: what was broken is healed before this ends.
 *
 * Invariant: at most one node is broken at a time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultVictim } from "../../ops/chaos/faults.ts";
import type { FaultResult } from "../../ops/chaos/report.ts";
import { choose, type ScheduledFault } from "../../ops/chaos/schedule.ts";

/** What the faults are done to. */
export interface Disturbed {
  victims(victim: FaultVictim): Promise<readonly number[]>;
  kill(node: number): Promise<void>;
  /** Ends by itself after a time. */
  pause(node: number, limitMs: number): Promise<void>;
  resume(node: number): Promise<void>;
  /** Starts what does not run. */
  up(): Promise<void>;
  /** Whether it becomes whole again within its patience. */
  whole(): Promise<boolean>;
  /** Milliseconds since the load began. */
  now(): number;
  say(line: string): void;
}

/** A pause that nobody ended ends itself so much later. */
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
  const { name, victim } = next.fault;
  const atMs = cluster.now();
  const result = { fault: name, node: null, atMs, endedMs: null, healedMs: null, note: null };
  const tell = (text: string) => cluster.say(`${(cluster.now() / 1000).toFixed(1)} s  ${name}: ${text}`);
  let node: number | undefined;
  try {
    node = choose(await cluster.victims(victim), next.pick);
  } catch (error) {
    tell(`not done: ${(error as Error).message}`);
    return { ...result, note: `no victim found: ${(error as Error).message}` };
  }
  if (node === undefined) return { ...result, note: `there is no ${victim} now` };
  let note: string | null = null;
  try {
    tell(`node ${node}, for ${next.holdMs / 1000} s`);
    await breakNode(next, node, cluster);
    await calm(next.holdMs, signal);
  } catch (error) {
    note = (error as Error).message;
  }
  try {
    await heal(next, node, cluster);
  } catch (error) {
    note ??= (error as Error).message;
    // Once more: a Ctrl-C of the terminal also ends the engine that was healing.
    await heal(next, node, cluster);
  }
  const endedMs = cluster.now();
  tell(`node ${node} ${next.fault.action === "kill" ? "serves" : "runs"} again`);
  const whole = await cluster.whole();
  tell(whole ? "the cluster is whole" : "the cluster is not whole");
  return { ...result, node, endedMs, healedMs: whole ? cluster.now() : null, note };
}

async function breakNode({ fault, holdMs }: ScheduledFault, node: number, cluster: Disturbed): Promise<void> {
  if (fault.action === "kill") await cluster.kill(node);
  else await cluster.pause(node, holdMs + WAKE_MARGIN_MS);
}

async function heal({ fault }: ScheduledFault, node: number, cluster: Disturbed): Promise<void> {
  if (fault.action === "kill") await cluster.up();
  else await cluster.resume(node);
}

/** Ends early, and quietly, when the run is cut off. */
export async function calm(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
