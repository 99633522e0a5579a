import type { Cell, Draft } from "./draft.ts";
import type { Shares } from "./shares.ts";

/** Two shares are found by halving; closer than this they are equal. */
const EPSILON = 1e-6;

interface Step {
  readonly cell: Cell;
  readonly from: number;
  readonly to: number;
}

/**
 * Moves replicas until no broker has more above its share than another by over one. Each time the broker furthest above
 * is relieved, by moves to the one furthest below, or where racks do not let it, by the shortest chain of moves in
 * different partitions that ends at one far enough below.
 */
export function evenReplicas(draft: Draft, shares: { readonly replicas: Shares; readonly bytes: Shares }): void {
  const excess = (id: number) => draft.replicasOn(id) - (shares.replicas.get(id) ?? 0);
  const byteExcess = (id: number) => draft.bytesOn(id) - (shares.bytes.get(id) ?? 0);
  const gap = (from: number, to: number) => excess(from) - excess(to);
  // Of the moves that even out the numbers, each takes its part of the bytes.
  const wantedBytes = (from: number, to: number) =>
    Math.max(0, (byteExcess(from) - byteExcess(to)) / Math.max(1, gap(from, to)));
  while (
    relieve(draft, excess, {
      worth: (chain) => gap(chain[0]!.from, chain.at(-1)!.to) > 1 + EPSILON,
      edge: (from, to, taken, most) => cheapest(draft, { from, to, taken, most, bytes: wantedBytes(from, to) }),
      weight: () => 1,
      act: ({ cell, from, to }) => draft.replace(cell, from, to),
    })
  );
}

/** Moves preferred leaders between replicas that are there, as {@link evenReplicas} moves replicas; nothing is copied. */
export function evenLeaders(draft: Draft, shares: Shares): void {
  const led = new Map(draft.brokers.map(({ id }) => [id, new Set<Cell>()]));
  const load = new Map(draft.brokers.map(({ id }) => [id, 0]));
  const weight = ({ origin }: Cell) => origin.weight ?? 1;
  const bump = (id: number, by: number) => load.set(id, (load.get(id) ?? 0) + by);
  for (const cell of draft.cells) {
    const [first] = cell.replicas;
    if (first === undefined) continue;
    led.get(first)?.add(cell);
    bump(first, weight(cell));
  }
  const excess = (id: number) => (load.get(id) ?? 0) - (shares.get(id) ?? 0);
  // How much the sum of squares falls; as it falls with every chain, this ends.
  const gain = (chain: readonly Step[]) => {
    const change = new Map<number, number>();
    for (const { cell, from, to } of chain) {
      change.set(from, (change.get(from) ?? 0) - weight(cell));
      change.set(to, (change.get(to) ?? 0) + weight(cell));
    }
    return [...change].reduce((sum, [id, by]) => sum - by * (2 * excess(id) + by), 0);
  };
  // One that moves anyway needs no request of its own.
  const isSame = ({ origin, replicas }: Cell) => (origin.replicas.join() === replicas.join() ? 1 : 0);
  while (
    relieve(draft, excess, {
      worth: (chain) => gain(chain) > EPSILON,
      edge: (from, to, taken, most) =>
        [...(led.get(from) ?? [])]
          .filter((cell) => cell.replicas.includes(to) && !taken.has(cell))
          .toSorted((a, b) => isSame(a) - isSame(b))
          .slice(0, most),
      weight,
      act: ({ cell, from, to }) => {
        cell.replicas.splice(cell.replicas.indexOf(to), 1);
        cell.replicas.unshift(to);
        led.get(from)?.delete(cell);
        led.get(to)?.add(cell);
        bump(from, -weight(cell));
        bump(to, weight(cell));
      },
    })
  );
}

interface Relief {
  /** Whether a chain makes things better. */
  worth(chain: readonly Step[]): boolean;
  /** What would best go from one broker to the other, the best first, at most so many. */
  edge(from: number, to: number, taken: ReadonlySet<Cell>, most: number): readonly Cell[];
  weight(cell: Cell): number;
  act(step: Step): void;
}

/** Carries out what is worth it between two brokers, or one chain over several, the fullest first; false when there is none. */
function relieve(draft: Draft, excess: (id: number) => number, { worth, edge, weight, act }: Relief): boolean {
  const emptyFirst = draft.brokers.map(({ id }) => id).toSorted((a, b) => excess(a) - excess(b) || a - b);
  for (const full of emptyFirst.toReversed()) {
    if (excess(full) - excess(emptyFirst[0]!) <= EPSILON) return false;
    const chains = new Map<number, readonly Step[]>([[full, []]]);
    // A map is walked in the order of insertion, also while it grows: this is a breadth-first search.
    for (const [from, chain] of chains) {
      const taken = new Set(chain.map(({ cell }) => cell));
      for (const to of emptyFirst) {
        if (chains.has(to)) continue;
        // Neither end goes beyond its share but for the last one: what is moved once is not moved on.
        const room = chain.length > 0 ? 1 : Math.max(1, Math.floor(Math.min(excess(from), -excess(to))));
        const cells = edge(from, to, taken, room);
        if (!cells[0]) continue;
        const longer = [...chain, { cell: cells[0], from, to }];
        if (!worth(longer)) {
          chains.set(to, longer);
          continue;
        }
        for (const step of longer) act(step);
        if (chain.length === 0) further(from, to, cells.slice(1), room - weight(cells[0]));
        return true;
      }
    }
  }
  return false;

  function further(from: number, to: number, cells: readonly Cell[], room: number): void {
    for (const cell of cells) {
      if (weight(cell) > room || !worth([{ cell, from, to }])) continue;
      act({ cell, from, to });
      room -= weight(cell);
    }
  }
}

interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly taken: ReadonlySet<Cell>;
  readonly most: number;
  /** Of each. */
  readonly bytes: number;
}

/**
 * The replicas that best go from one broker to another: those that were not there anyway, then those whose topic is not made
 * more uneven, then those nearest to the wanted size.
 */
function cheapest(draft: Draft, { from, to, taken, most, bytes }: Wanted): readonly Cell[] {
  const possible = [...draft.on(from)]
    .filter((cell) => !taken.has(cell) && draft.canMove(cell, from, to))
    .map((cell) => ({
      cell,
      copies: copies(cell.origin.replicas, from, to),
      off: Math.abs(cell.origin.bytes - bytes),
    }))
    .toSorted((a, b) => a.copies - b.copies || a.off - b.off);
  const gone = new Map<string, number>();
  const uneven: Cell[] = [];
  const chosen: Cell[] = [];
  let [cheap] = possible.map((one) => one.copies);
  for (const { cell, copies } of possible) {
    if (chosen.length === most) return chosen;
    if (copies !== cheap) {
      // More copies are worse than an uneven topic.
      chosen.push(...uneven.splice(0, most - chosen.length));
      cheap = copies;
      if (chosen.length === most) return chosen;
    }
    const { topic } = cell.origin;
    const moved = gone.get(topic) ?? 0;
    if (draft.topicOn(topic, from) - moved > draft.topicOn(topic, to) + moved) {
      chosen.push(cell);
      gone.set(topic, moved + 1);
    } else uneven.push(cell);
  }
  return [...chosen, ...uneven].slice(0, most);
}

/** How many copies a step adds to those that are to be made anyway: −1, 0 or 1. */
export function copies(origin: readonly number[], from: number, to: number): number {
  return (origin.includes(to) ? 0 : 1) - (origin.includes(from) ? 0 : 1);
}
