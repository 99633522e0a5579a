import type { BrokerLoad, Movement, Violation } from "./evaluate.ts";
import { movement } from "./evaluate.ts";
import type { PlacementPlan } from "./plan.ts";
import { isThrottled, type RebalanceState, type Throttles } from "./state.ts";
import { adding, type ReplicaMove, removing } from "./types.ts";

export interface RebalanceReport {
  readonly schemaVersion: 1;
  readonly stack: string;
  /** Nothing moves or is to move, and no throttle is left behind. */
  readonly balanced: boolean;
  readonly drained: readonly number[];
  readonly brokers: readonly { readonly before: BrokerLoad; readonly after: BrokerLoad }[];
  readonly movement: Movement;
  readonly moves: readonly (ReplicaMove & {
    readonly adding: readonly number[];
    readonly removing: readonly number[];
  })[];
  /** Partitions that the cluster moves already. */
  readonly ongoing: number;
  /** A throttle that is set, whoever set it. */
  readonly throttles: Throttles;
  /** What is wrong with where partitions lie now; after `apply`, with where they lie then. */
  readonly violations: readonly Violation[];
}

export function rebalanceReport(
  stack: string,
  { moves, before, after }: PlacementPlan,
  drained: readonly number[],
  { ongoing, throttles }: Pick<RebalanceState, "ongoing" | "throttles">,
): RebalanceReport {
  const ends = new Map(after.loads.map((load) => [load.id, load]));
  const brokers = before.loads.map((load) => ({
    before: load,
    after: ends.get(load.id) ?? { ...load, replicas: 0, bytes: 0, leaders: 0 },
  }));
  return {
    schemaVersion: 1,
    stack,
    balanced: moves.length === 0 && ongoing.length === 0 && !isThrottled(throttles),
    drained,
    brokers,
    movement: movement(moves),
    moves: moves.map((move) => ({ ...move, adding: adding(move), removing: removing(move) })),
    ongoing: ongoing.length,
    throttles,
    violations: before.violations,
  };
}
