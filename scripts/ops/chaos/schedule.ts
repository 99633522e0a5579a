import { type Fault, isChange } from "./faults.ts";

/** One fault of a run. Bounded: it ends by itself after `holdMs`, and the next waits until the cluster is whole again. */
export interface ScheduledFault {
  readonly fault: Fault;
  /** From 0 up to 1: which of the candidates, in the order of their ids. */
  readonly pick: number;
  /** How long a node stays broken; 0 where what happens takes its own time. */
  readonly holdMs: number;
  /** How long the healed cluster is left alone before the next. */
  readonly calmMs: number;
}

export interface ScheduleOptions {
  readonly seed: number;
  /** Not empty. */
  readonly faults: readonly Fault[];
  /** Each of them so many times, in the order of the seed, however long that takes; null: as many as fit. */
  readonly times: number | null;
  readonly durationMs: number;
  readonly pauseMs: number;
}

/** Longer than the 9 s after which the controller takes a silent broker for dead (broker.session.timeout.ms). */
const DEAD_MS = 12_000;
const CALM_MS = 5_000;
/** What a roll takes at least: planned with it, too. */
const CHANGE_MS = 20_000;
/** What healing takes at least; a run is planned with it so that the seed alone decides, not the speed of a machine. */
const HEAL_MS = 8_000;

/**
 * The faults of a run, decided by seed and duration alone: at least one, and as many as fit into the duration.
 *
 * 1. Faults come in rounds, each round all of them once in a random order, so that none is left out for long.
 * 2. Each takes its hold, the time of healing and the calm after it.
 */
export function schedule({ seed, faults, times, durationMs, pauseMs }: ScheduleOptions): ScheduledFault[] {
  const random = randomOf(seed);
  const planned: ScheduledFault[] = [];
  let atMs = CALM_MS;
  for (let round: Fault[] = []; ; ) {
    if (round.length === 0) round = shuffled(faults, random);
    const fault = round.shift()!;
    const holdMs = holdOf(fault, pauseMs);
    atMs += (isChange(fault.action) ? CHANGE_MS : holdMs) + HEAL_MS + CALM_MS;
    const enough = times === null ? planned.length > 0 && atMs > durationMs : planned.length >= times * faults.length;
    if (enough) return planned;
    planned.push({ fault, pick: random(), holdMs, calmMs: CALM_MS });
  }
}

function holdOf({ action }: Fault, pauseMs: number): number {
  if (isChange(action)) return 0;
  return action === "kill" || action === "fill" ? DEAD_MS : pauseMs;
}

/** One of the candidates, by the pick of a scheduled fault. */
export function choose<T>(candidates: readonly T[], pick: number): T | undefined {
  return candidates[Math.floor(pick * candidates.length)];
}

/** mulberry32 (Tommy Ettinger, public domain): the same numbers from the same seed on every machine, from 0 up to 1. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
