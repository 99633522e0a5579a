import { type Draft, least } from "./draft.ts";

/**
 * Brings replicas into an order: those that stay as they were, then the new ones, so that the preferred leader stays. Where it
 * goes, an in-sync replica that stays comes first, which can lead at once; of several the one on the broker that leads least.
 */
export function orderReplicas(draft: Draft): void {
  const leads = new Map<number, number>();
  const bump = (id: number | undefined) => id !== undefined && leads.set(id, (leads.get(id) ?? 0) + 1);
  const leaderless = draft.cells.filter(({ origin, replicas }) => {
    const stay = origin.replicas.filter((id) => replicas.includes(id));
    const come = replicas.filter((id) => !origin.replicas.includes(id)).toSorted((a, b) => a - b);
    replicas.splice(0, replicas.length, ...stay, ...come);
    if (replicas[0] !== origin.replicas[0]) return true;
    bump(replicas[0]);
    return false;
  });
  for (const { origin, replicas } of leaderless) {
    const first = least(replicas, (id) => [origin.isr.includes(id) ? 0 : 1, leads.get(id) ?? 0, replicas.indexOf(id)]);
    if (first === undefined) continue;
    replicas.unshift(...replicas.splice(replicas.indexOf(first), 1));
    bump(first);
  }
}
