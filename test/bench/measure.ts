/** One side of a comparison. */
export interface Series {
  readonly what: string;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly runsMs: readonly number[];
}

export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  readonly met: boolean;
}

export function series(what: string, runsMs: readonly number[]): Series {
  const rounded = runsMs.map(Math.round);
  return { what, medianMs: median(rounded), minMs: Math.min(...rounded), maxMs: Math.max(...rounded), runsMs: rounded };
}

/** Medians against each other, with the spread over the rounds: both sides of a round had the same load beside them. */
export function ratioGoal(ours: Series, theirs: Series, atMost: number): Goal {
  const ratio = ours.medianMs / theirs.medianMs;
  const rounds = ours.runsMs.map((ms, round) => ms / theirs.runsMs[round]!);
  const spread = `${Math.min(...rounds).toFixed(2)}–${Math.max(...rounds).toFixed(2)}`;
  return {
    what: `${ours.what} / ${theirs.what}`,
    wanted: `at most ${atMost.toFixed(2)}`,
    found: `${ratio.toFixed(2)} (rounds ${spread})`,
    met: ratio <= atMost,
  };
}

/** A side measures itself, so that what it must do before and after does not count. */
export interface Side {
  readonly what: string;
  once(): Promise<number>;
}

/** Each round measures both sides; which one goes first changes, so that neither always finds the machine warm. */
export async function alternate(
  runs: number,
  [ours, theirs]: readonly [Side, Side],
  say: (line: string) => void,
): Promise<readonly [Series, Series]> {
  const found = new Map<Side, number[]>([
    [ours, []],
    [theirs, []],
  ]);
  for (let round = 0; round < runs; round++) {
    for (const side of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
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
