import { type Decisive, nodesOf } from "../../plan/refusals.ts";

/** Brokers that have left and whose data is kept, without those that are there again: they take it up. Pure. */
export function leftAfter(left: readonly number[] | undefined, now: Pick<Decisive, "listeners">): number[] {
  const there = nodesOf(now);
  return [...new Set(left)].filter((id) => !there.includes(id)).sort((a, b) => a - b);
}
