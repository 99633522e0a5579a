/**
 * Where the replicas of a topic go when its replication factor changes, a broker leaves, or racks are badly used.
 *
 * 1. Keep what is there: of each partition's replicas on known brokers, as many as wanted. If some must go, first
 *    those out of sync, then those sharing a rack with another replica, then those on the fullest broker.
 * 2. Add what is missing: first on a rack that the partition does not use yet, then on the emptiest broker.
 * 3. Even out: *added* replicas move from fuller to emptier brokers (by two or more) where the partition's racks
 *    allow. Replicas that were kept never move, so no data is copied for beauty.
 * 4. The preferred leader stays; where it is gone, the replica on the broker that leads least comes first.
 */
import type { PartitionState } from "../../kafka/state.ts";
import type { Move } from "./change.ts";

export interface PlacementBroker {
  readonly id: number;
  readonly rack: string | null;
}

/** New replicas for the partitions that need them; empty when all is well. */
export function placeReplicas(
  partitions: readonly PartitionState[],
  replicationFactor: number,
  brokers: readonly PlacementBroker[],
): Move[] {
  if (partitions.every(({ replicas }) => wellPlaced(replicas, replicationFactor, brokers))) return [];
  const racks = new Map(brokers.map(({ id, rack }) => [id, rack]));
  const load = new Map(brokers.map(({ id }) => [id, 0]));
  for (const { replicas } of partitions) for (const id of replicas) if (load.has(id)) bump(load, id, 1);

  const drafts: Draft[] = partitions.map((partition) => {
    const kept = keep(partition, replicationFactor, racks, load);
    return { partition, kept, replicas: [...kept] };
  });
  for (const draft of drafts) fill(draft.replicas, replicationFactor, racks, load);
  while (evenOut(drafts, racks, load));
  return orderByLeader(drafts);
}

/** Right number, known brokers, none twice, and as many racks as there could be. Shared by the tests. */
export function wellPlaced(
  replicas: readonly number[],
  replicationFactor: number,
  brokers: readonly PlacementBroker[],
): boolean {
  const racks = new Map(brokers.map(({ id, rack }) => [id, rack]));
  if (replicas.length !== replicationFactor || new Set(replicas).size !== replicas.length) return false;
  if (!replicas.every((id) => racks.has(id))) return false;
  const possible = Math.min(replicationFactor, new Set(racks.values()).size);
  return racksUsed(replicas, racks) >= possible;
}

/** What is being decided for one partition. */
interface Draft {
  readonly partition: PartitionState;
  readonly kept: readonly number[];
  readonly replicas: number[];
}

interface Step {
  readonly draft: Draft;
  readonly from: number;
  readonly to: number;
}

type Racks = ReadonlyMap<number, string | null>;
type Load = Map<number, number>;

function keep(partition: PartitionState, wanted: number, racks: Racks, load: Load): number[] {
  const kept = [...new Set(partition.replicas)].filter((id) => racks.has(id));
  const possible = Math.min(wanted, new Set(racks.values()).size);
  // Also one too many on a rack must go, when another rack could have it.
  while (kept.length > wanted || racksUsed(kept, racks) + (wanted - kept.length) < possible) {
    const cost = (id: number) => [
      partition.isr.includes(id) ? 1 : 0,
      kept.some((other) => other !== id && racks.get(other) === racks.get(id)) ? 0 : 1,
      -(load.get(id) ?? 0),
      -kept.indexOf(id), // Of equals the last goes: the first is the preferred leader.
    ];
    const spread = racksUsed(kept, racks) + (wanted - kept.length) < possible;
    const candidates = spread ? kept.filter((id) => cost(id)[1] === 0) : kept;
    const victim = least(candidates, cost);
    kept.splice(kept.indexOf(victim), 1);
    bump(load, victim, -1);
  }
  return kept;
}

function fill(replicas: number[], wanted: number, racks: Racks, load: Load): void {
  while (replicas.length < wanted) {
    const used = new Set(replicas.map((id) => racks.get(id)));
    const free = [...racks.keys()].filter((id) => !replicas.includes(id));
    const next = least(free, (id) => [used.has(racks.get(id)) ? 1 : 0, load.get(id) ?? 0, id]);
    replicas.push(next);
    bump(load, next, 1);
  }
}

/**
 * Relieves one broker that is fuller than another by two or more: the shortest chain of added replicas, in different
 * partitions, each of which moves on to the next broker of the chain. False when there is none.
 */
function evenOut(drafts: readonly Draft[], racks: Racks, load: Load): boolean {
  const loadOf = (id: number) => load.get(id) ?? 0;
  for (const full of [...racks.keys()].toSorted((a, b) => loadOf(b) - loadOf(a))) {
    const chains = new Map<number, readonly Step[]>([[full, []]]);
    for (const [at, chain] of chains) {
      if (loadOf(full) - loadOf(at) >= 2) {
        for (const { draft, from, to } of chain) draft.replicas[draft.replicas.indexOf(from)] = to;
        bump(load, full, -1);
        bump(load, at, 1);
        return true;
      }
      // A map is walked in the order of insertion, also while it grows: this is a breadth-first search.
      for (const draft of drafts) {
        if (chain.some((step) => step.draft === draft)) continue;
        for (const to of racks.keys())
          if (!chains.has(to) && canMove(draft, at, to, racks)) chains.set(to, [...chain, { draft, from: at, to }]);
      }
    }
  }
  return false;
}

function canMove({ kept, replicas }: Draft, from: number, to: number, racks: Racks): boolean {
  if (!replicas.includes(from) || kept.includes(from) || replicas.includes(to)) return false;
  return racksUsed(replicas.with(replicas.indexOf(from), to), racks) >= racksUsed(replicas, racks);
}

function orderByLeader(drafts: readonly Draft[]): Move[] {
  const leads: Load = new Map();
  const keepsLeader = ({ partition, replicas }: Draft) => replicas[0] === partition.replicas[0];
  for (const draft of drafts) if (keepsLeader(draft)) bump(leads, draft.replicas[0]!, 1);
  return drafts.flatMap((draft) => {
    const { partition, replicas: from } = draft.partition;
    let to: readonly number[] = draft.replicas;
    if (!keepsLeader(draft)) {
      const first = least(to, (id) => [leads.get(id) ?? 0, to.indexOf(id)]);
      bump(leads, first, 1);
      to = [first, ...to.filter((id) => id !== first)];
    }
    return to.join() === from.join() ? [] : [{ partition, from, to }];
  });
}

function racksUsed(replicas: readonly number[], racks: Racks): number {
  return new Set(replicas.map((id) => racks.get(id))).size;
}

function bump(counts: Load, id: number, by: number): void {
  counts.set(id, (counts.get(id) ?? 0) + by);
}

/** The item whose key is smallest, keys compared left to right. */
function least<T>(items: readonly T[], key: (item: T) => readonly number[]): T {
  const [first, ...rest] = items.map((item) => ({ item, key: key(item) }));
  if (!first) throw new Error("nothing to choose from");
  const smaller = (a: readonly number[], b: readonly number[]) => {
    const at = a.findIndex((value, i) => value !== b[i]);
    return at >= 0 && a[at]! < b[at]!;
  };
  return rest.reduce((best, next) => (smaller(next.key, best.key) ? next : best), first).item;
}
