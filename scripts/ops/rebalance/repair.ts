import { type Cell, type Draft, least } from "./draft.ts";
import type { Shares } from "./shares.ts";

/**
 * Makes every partition right for itself: the wanted number of replicas, over as many racks as that allows. Those with most
 * replicas, which have least choice, are placed first, and of them the largest, so that the others can still even out what those
 * left. One that is right stays.
 */
export function repair(draft: Draft, shares: { readonly replicas: Shares; readonly bytes: Shares }): void {
  const lessThanShare = (id: number): readonly number[] => [
    draft.replicasOn(id) - (shares.replicas.get(id) ?? 0),
    draft.bytesOn(id) - (shares.bytes.get(id) ?? 0),
  ];
  for (const cell of draft.cells) trim(draft, cell, lessThanShare);
  const short = draft.cells.filter(({ origin, replicas }) => replicas.length < origin.replicationFactor);
  const placedFirst = (a: Cell, b: Cell) =>
    b.origin.replicationFactor - a.origin.replicationFactor || b.origin.bytes - a.origin.bytes;
  for (const cell of short.toSorted(placedFirst)) fill(draft, cell, lessThanShare);
}

type Load = (id: number) => readonly number[];

/**
 * Takes away what is too many, and what shares a rack while another has none: first what is out of sync, then what shares
 * a rack, then what lies on the fullest broker. Of equals the last goes: the first is the preferred leader.
 */
function trim(draft: Draft, cell: Cell, load: Load): void {
  const { isr, replicationFactor: wanted } = cell.origin;
  const possible = Math.min(wanted, new Set(draft.racks.values()).size);
  for (;;) {
    const blocked = draft.racksUsed(cell) + Math.max(0, wanted - cell.replicas.length) < possible;
    if (cell.replicas.length <= wanted && !blocked) return;
    const shares = (id: number) =>
      cell.replicas.some((other) => other !== id && draft.racks.get(other) === draft.racks.get(id));
    const candidates = blocked ? cell.replicas.filter(shares) : cell.replicas;
    const victim = least(candidates, (id) => [
      isr.includes(id) ? 1 : 0,
      shares(id) ? 0 : 1,
      ...load(id).map((excess) => -excess),
      -cell.replicas.indexOf(id),
    ]);
    draft.drop(cell, victim!);
  }
}

/** Adds what is missing: on a rack that the partition does not use yet, then where most is missing of the broker's share. */
function fill(draft: Draft, cell: Cell, load: Load): void {
  while (cell.replicas.length < cell.origin.replicationFactor) {
    const used = new Set(cell.replicas.map((id) => draft.racks.get(id)));
    const free = draft.brokers.filter(({ id }) => !cell.replicas.includes(id));
    const next = least(free, ({ id, rack }) => [
      used.has(rack) ? 1 : 0,
      ...load(id),
      draft.topicOn(cell.origin.topic, id),
    ]);
    if (!next) return;
    draft.add(cell, next.id);
  }
}
