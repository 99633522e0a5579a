import type { IsrPartition } from "../../kafka/state.ts";
import { type GateState, partitionName } from "./state.ts";

/** What one broker sees. */
export interface View extends GateState {
  readonly of: number;
}

/**
 * What of a cluster holds by every broker's word, for a decision that no wait can take back. Pure.
 *
 * 1. A broker lives when it answers itself, and all who answer list it: one that has just died is listed until its session
 *    ends.
 * 2. A replica is in sync when all who know its partition say so: a broker that is cut off from the controllers tells how it
 *    was before.
 *
 * @param views of the brokers that answered; at least one.
 */
export function strictest(views: readonly View[]): GateState {
  const [first] = views;
  if (!first) throw new Error("no broker answers");
  const brokers = first.brokers.filter(
    (id) => views.some(({ of }) => of === id) && views.every((view) => view.brokers.includes(id)),
  );
  const seen = new Map<string, IsrPartition>();
  for (const partition of views.flatMap(({ partitions }) => partitions)) {
    const name = partitionName(partition);
    const before = seen.get(name);
    const isr = before ? before.isr.filter((id) => partition.isr.includes(id)) : partition.isr;
    const moving = before?.moving || partition.moving ? { moving: true } : {};
    seen.set(name, { ...(before ?? partition), isr, ...moving });
  }
  return { ...first, brokers, partitions: [...seen.values()] };
}
