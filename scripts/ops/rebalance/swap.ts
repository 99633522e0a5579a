import { type Cell, type Draft, least } from "./draft.ts";
import { toleranceOf } from "./evaluate.ts";
import { copies } from "./even.ts";
import type { Shares } from "./shares.ts";

/** Of the smaller logs to be had in return: more of them find hardly better pairs. */
const IN_RETURN = 16;
/** A swap that brings less than this part of the tolerance is not worth two copies. */
const WORTH = 0.02;

/**
 * Evens out bytes without changing how many replicas a broker has: a large log of a broker above its share against a small
 * one of a broker below. Ends when all are within the tolerance, or when no such pair brings enough.
 */
export function swapBytes(draft: Draft, shares: Shares, grain: number): void {
  const excess = (id: number) => draft.bytesOn(id) - (shares.get(id) ?? 0);
  const tolerance = (id: number) => toleranceOf(shares.get(id) ?? 0, grain);
  const ids = draft.brokers.map(({ id }) => id);
  for (;;) {
    const isOff = (id: number) => Math.abs(excess(id)) > tolerance(id);
    const pairs = ids
      .flatMap((full) => ids.map((empty) => ({ full, empty, gap: excess(full) - excess(empty) })))
      .filter(({ full, empty, gap }) => gap > 0 && (isOff(full) || isOff(empty)))
      .toSorted((a, b) => b.gap - a.gap);
    if (!pairs.some(({ full, empty, gap }) => swap(draft, full, empty, gap, tolerance(full) * WORTH))) return;
  }
}

function swap(draft: Draft, full: number, empty: number, gap: number, worth: number): boolean {
  const small = [...draft.on(empty)].filter((cell) => !cell.replicas.includes(full));
  const offered = small.toSorted((a, b) => a.origin.bytes - b.origin.bytes).slice(0, IN_RETURN);
  let best: { readonly out: Cell; readonly back: Cell } | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const out of draft.on(full)) {
    if (!draft.canMove(out, full, empty)) continue;
    const back = least(
      offered.filter((one) => one !== out && draft.canMove(one, empty, full) && helps(out, one)),
      (one) => [cost(out, one)],
    );
    if (!back || cost(out, back) >= bestCost) continue;
    best = { out, back };
    bestCost = cost(out, back);
  }
  if (!best) return false;
  draft.replace(best.out, full, empty);
  draft.replace(best.back, empty, full);
  return true;

  // Nearer to each other, and by enough: then the sum of squares falls, and this ends.
  function helps(out: Cell, back: Cell): boolean {
    const moved = out.origin.bytes - back.origin.bytes;
    return Math.min(moved, gap - moved) > worth;
  }

  // As near to the middle as may be, with few bytes copied in return.
  function cost(out: Cell, back: Cell): number {
    const moved = out.origin.bytes - back.origin.bytes;
    const copied =
      out.origin.bytes * copies(out.origin.replicas, full, empty) +
      back.origin.bytes * copies(back.origin.replicas, empty, full);
    return Math.abs(gap / 2 - moved) + copied / 2;
  }
}
