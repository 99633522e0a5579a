import { quiet } from "./quiet.ts";
import type { Session } from "./session.ts";

/** One side of a comparison. */
export interface Series {
  readonly what: string;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly runsMs: readonly number[];
}

/** What was wanted of a figure. Ratios are plain numbers. */
export interface Goal {
  readonly what: string;
  readonly unit: "ms" | "times" | "MB";
  readonly found: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly met: boolean;
}

export function series(what: string, runsMs: readonly number[]): Series {
  const rounded = runsMs.map(Math.round);
  return {
    what,
    medianMs: Math.round(median(rounded)),
    minMs: Math.min(...rounded),
    maxMs: Math.max(...rounded),
    runsMs: rounded,
  };
}

/** Median against median. */
export function ratioGoal(above: Series, below: Series, limit: Pick<Goal, "atMost" | "atLeast">): Goal {
  const ratio = above.medianMs / below.medianMs;
  return goal(`${above.what} / ${below.what}`, "times", Number(ratio.toFixed(2)), limit);
}

export function goal(what: string, unit: Goal["unit"], found: number, limit: Pick<Goal, "atMost" | "atLeast">): Goal {
  const { atMost = Number.POSITIVE_INFINITY, atLeast = 0 } = limit;
  return { what, unit, found, ...limit, met: atLeast <= found && found <= atMost };
}

/** A side measures itself, so that what it must do before and after does not count. */
export interface Side {
  readonly what: string;
  once(): Promise<number>;
}

/** Each round measures both sides on a quiet machine; which one goes first changes, so that neither always finds the machine warm. */
export async function alternate(
  { runs, signal, say }: Pick<Session, "runs" | "signal" | "say">,
  [ours, theirs]: readonly [Side, Side],
): Promise<readonly [Series, Series]> {
  const found = new Map<Side, number[]>([
    [ours, []],
    [theirs, []],
  ]);
  for (let round = 0; round < runs; round++) {
    for (const side of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
      await quiet(signal, say);
      const ms = await side.once();
      found.get(side)!.push(ms);
      say(`run ${round + 1} of ${runs}: ${side.what} ${seconds(ms)}`);
    }
  }
  return [series(ours.what, found.get(ours)!), series(theirs.what, found.get(theirs)!)];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
