/**
 * What each broker's fair part is. With racks that is not the mean: where a partition has a replica in every rack, a rack of
 * one broker holds a replica of every partition, whatever the others hold.
 *
 * A rack's part grows with its number of brokers, but no further than the partitions let it:
 *   least: one replica of each partition whose RF is at least the number of racks R, else none
 *   most:  min(brokers of the rack, max(1, RF − (R − 1))) replicas of each partition
 * Within a rack all brokers have the same part.
 */
import type { PartitionPlacement, PlacementBroker } from "./types.ts";

export type Shares = ReadonlyMap<number, number>;

type Sized = Pick<PartitionPlacement, "replicationFactor">;

/** @param measure what one replica counts: 1, or its bytes. */
export function replicaShares<P extends Sized>(
  brokers: readonly PlacementBroker[],
  partitions: readonly P[],
  measure: (partition: P) => number,
): Shares {
  const racks = Map.groupBy(brokers, ({ rack }) => rack);
  const wanted = new Map<number, number>();
  for (const one of partitions)
    wanted.set(one.replicationFactor, (wanted.get(one.replicationFactor) ?? 0) + measure(one));
  const sum = (of: (rf: number) => number) => [...wanted].reduce((total, [rf, weight]) => total + of(rf) * weight, 0);
  const parts = fillEvenly(
    [...racks.values()].map(({ length }) => ({
      size: length,
      least: sum((rf) => (rf >= racks.size ? 1 : 0)),
      most: sum((rf) => Math.min(length, Math.max(1, rf - (racks.size - 1)))),
    })),
    sum((rf) => rf),
  );
  return new Map([...racks.values()].flatMap((rack, i) => rack.map(({ id }) => [id, parts[i]! / rack.length])));
}

/** A broker leads at most what it holds. @param held by broker: what it would lead if it led all of that. */
export function leaderShares(held: ReadonlyMap<number, number>, total: number): Shares {
  const parts = fillEvenly(
    [...held.values()].map((most) => ({ size: 1, least: 0, most })),
    total,
  );
  return new Map([...held.keys()].map((id, i) => [id, parts[i]!]));
}

interface Vessel {
  readonly size: number;
  readonly least: number;
  readonly most: number;
}

/** Fills all vessels to one level, each between its limits, with `total` altogether as far as the limits let it. */
function fillEvenly(vessels: readonly Vessel[], total: number): number[] {
  const at = (level: number) => vessels.map(({ size, least, most }) => Math.min(most, Math.max(least, size * level)));
  let [low, high] = [0, Math.max(0, ...vessels.map(({ size, most }) => most / size))];
  // Halved until a double cannot tell the ends apart.
  for (let step = 0; step < 64; step++) {
    const middle = (low + high) / 2;
    if (at(middle).reduce((sum, part) => sum + part, 0) < total) low = middle;
    else high = middle;
  }
  return at(high);
}
