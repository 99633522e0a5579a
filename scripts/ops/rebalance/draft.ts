import { racksUsed } from "./evaluate.ts";
import type { PartitionPlacement, PlacementBroker, ReplicaMove } from "./types.ts";

/** What is being decided for one partition. */
export interface Cell {
  readonly origin: PartitionPlacement;
  /** The first is the preferred leader. */
  readonly replicas: number[];
}

/** A placement in the making: replicas that change, with what each broker then has. */
export class Draft {
  readonly cells: readonly Cell[];
  /** Ascending by id. */
  readonly brokers: readonly PlacementBroker[];
  readonly racks: ReadonlyMap<number, string | null>;
  readonly #on: ReadonlyMap<number, Set<Cell>>;
  readonly #bytes: Map<number, number>;
  readonly #topics = new Map<string, number>();

  /** Replicas on other brokers than these are gone from the draft. */
  constructor(partitions: readonly PartitionPlacement[], brokers: readonly PlacementBroker[]) {
    this.brokers = brokers.toSorted((a, b) => a.id - b.id);
    this.racks = new Map(this.brokers.map(({ id, rack }) => [id, rack]));
    this.#on = new Map(this.brokers.map(({ id }) => [id, new Set()]));
    this.#bytes = new Map(this.brokers.map(({ id }) => [id, 0]));
    this.cells = partitions.map((origin) => ({ origin, replicas: [] }));
    for (const cell of this.cells)
      for (const id of cell.origin.replicas) if (this.racks.has(id) && !cell.replicas.includes(id)) this.add(cell, id);
  }

  on(id: number): ReadonlySet<Cell> {
    return this.#on.get(id) ?? new Set();
  }

  replicasOn(id: number): number {
    return this.on(id).size;
  }

  bytesOn(id: number): number {
    return this.#bytes.get(id) ?? 0;
  }

  /** Replicas of one topic on one broker. */
  topicOn(topic: string, id: number): number {
    return this.#topics.get(`${id}/${topic}`) ?? 0;
  }

  add(cell: Cell, id: number): void {
    cell.replicas.push(id);
    this.#count(cell, id, 1);
  }

  drop(cell: Cell, id: number): void {
    cell.replicas.splice(cell.replicas.indexOf(id), 1);
    this.#count(cell, id, -1);
  }

  replace(cell: Cell, from: number, to: number): void {
    cell.replicas[cell.replicas.indexOf(from)] = to;
    this.#count(cell, from, -1);
    this.#count(cell, to, 1);
  }

  /** Whether the partition may have this replica there instead, using no fewer racks. */
  canMove({ replicas }: Cell, from: number, to: number): boolean {
    if (!replicas.includes(from) || replicas.includes(to)) return false;
    const [left, joined] = [this.racks.get(from), this.racks.get(to)];
    if (left === joined) return true;
    let isLeftKept = false;
    let isJoined = false;
    for (const id of replicas) {
      if (id === from) continue;
      const rack = this.racks.get(id);
      isLeftKept ||= rack === left;
      isJoined ||= rack === joined;
    }
    return isLeftKept || !isJoined;
  }

  racksUsed({ replicas }: Cell): number {
    return racksUsed(replicas, this.racks);
  }

  /** What differs from where it began, by topic and partition. */
  moves(): ReplicaMove[] {
    return this.cells
      .filter(({ origin, replicas }) => origin.replicas.join() !== replicas.join())
      .map(({ origin: { topic, partition, replicas: from, bytes }, replicas }) => {
        return { topic, partition, from, to: [...replicas], bytes };
      })
      .toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
  }

  #count(cell: Cell, id: number, by: 1 | -1): void {
    const { topic, bytes } = cell.origin;
    if (by === 1) this.#on.get(id)?.add(cell);
    else this.#on.get(id)?.delete(cell);
    this.#bytes.set(id, this.bytesOn(id) + by * bytes);
    this.#topics.set(`${id}/${topic}`, this.topicOn(topic, id) + by);
  }
}

/** The item with the smallest key, keys compared left to right; of equals the first. */
export function least<T>(items: Iterable<T>, key: (item: T) => readonly number[]): T | undefined {
  let [best, bestKey]: [T | undefined, readonly number[]] = [undefined, []];
  for (const item of items) {
    const found = key(item);
    const at = found.findIndex((value, i) => value !== bestKey[i]);
    if (bestKey.length > 0 && (at < 0 || found[at]! > bestKey[at]!)) continue;
    [best, bestKey] = [item, found];
  }
  return best;
}
