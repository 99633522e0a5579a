/**
 * Where replicas go when brokers come or leave, a replication factor changes, or the load is uneven. Pure.
 *
 * 1. Repair (repair.ts): each partition gets its number of replicas, on brokers that shall have any, over as many racks as
 *    its RF allows. What is right stays.
 * 2. If a broker has more or fewer replicas than its share by over a tenth (and one): even out the numbers to within one.
 * 3. If bytes are uneven by over a tenth (100 MB, the largest log): swap large replicas against small ones.
 * 4. If preferred leaders are uneven by over a tenth (and one): change their order, which copies nothing.
 *
 * Steps 2 to 4 do nothing within their tolerance (evaluate.ts judges), so a placement that is planned is never planned again, and
 * nothing is copied for beauty. The same input gives the same moves.
 */
import { Draft } from "./draft.ts";
import { carriedOut, type Evaluation, evaluate, type Measure } from "./evaluate.ts";
import { evenLeaders, evenReplicas } from "./even.ts";
import { orderReplicas } from "./order.ts";
import { repair } from "./repair.ts";
import { swapBytes } from "./swap.ts";
import type { PartitionPlacement, PlacementBroker, ReplicaMove } from "./types.ts";

export interface PlacementPlan {
  /** By topic and partition; empty when all is well. */
  readonly moves: readonly ReplicaMove[];
  readonly before: Evaluation;
  /** Once the moves are done. */
  readonly after: Evaluation;
}

/**
 * @param holders brokers that shall hold replicas; one that is not among them is emptied.
 * @throws RangeError when a partition is to have more replicas than there are brokers.
 */
export function planPlacement(
  partitions: readonly PartitionPlacement[],
  holders: readonly PlacementBroker[],
): PlacementPlan {
  // Sums of fractions depend on their order, and the answer should not.
  const brokers = holders.toSorted((a, b) => a.id - b.id);
  const most = Math.max(0, ...new Set(partitions.map(({ replicationFactor }) => replicationFactor)));
  if (most > brokers.length)
    throw new RangeError(`replication factor ${most} needs ${most} brokers, there are ${brokers.length}`);
  const before = evaluate(partitions, brokers);
  const draft = new Draft(partitions, brokers);
  const judge = () => evaluate(carriedOut(partitions, draft.moves()), brokers);

  repair(draft, before.shares);
  orderReplicas(draft);
  if (isUneven(judge(), "replicas")) evenReplicas(draft, before.shares);
  const even = judge();
  if (isUneven(even, "bytes")) swapBytes(draft, even.shares.bytes, even.grain.bytes);
  orderReplicas(draft);
  const last = judge();
  if (isUneven(last, "leaders")) evenLeaders(draft, last.shares.leaders);
  return { moves: draft.moves(), before, after: judge() };
}

function isUneven({ violations }: Evaluation, measure: Measure): boolean {
  return violations.some((one) => one.kind === "uneven" && one.measure === measure);
}
