/** The one judge of a placement: of what lies there, of what the planner wants, and of what a test expects. Pure. */
import { leaderShares, replicaShares, type Shares } from "./shares.ts";
import { adding, copiedBytes, type PartitionPlacement, type PlacementBroker, type ReplicaMove } from "./types.ts";

const MEASURES = ["replicas", "bytes", "leaders"] as const;
export type Measure = (typeof MEASURES)[number];

export type Violation =
  | PartitionViolation<"duplicate", { readonly broker: number }>
  | PartitionViolation<"replication-factor", { readonly have: number; readonly wanted: number }>
  /** A replica on a broker that is drained, or that the stack does not have. */
  | PartitionViolation<"wrong-broker", { readonly broker: number }>
  /** Replicas share a rack while another has none. */
  | PartitionViolation<"racks", { readonly have: number; readonly possible: number }>
  | {
      readonly kind: "uneven";
      readonly measure: Measure;
      readonly broker: number;
      readonly have: number;
      readonly share: number;
      /** How far from the share still counts as even. */
      readonly tolerance: number;
    };

interface PartitionOf<Kind extends string> {
  readonly kind: Kind;
  readonly topic: string;
  readonly partition: number;
}
type PartitionViolation<Kind extends string, Rest> = PartitionOf<Kind> & Rest;

export interface BrokerLoad {
  readonly id: number;
  readonly rack: string | null;
  readonly replicas: number;
  readonly bytes: number;
  /** Partitions that it leads when every preferred replica leads, by weight. */
  readonly leaders: number;
}

export interface Evaluation {
  readonly violations: readonly Violation[];
  /** Ascending by id; brokers that hold replicas and should not are among them. */
  readonly loads: readonly BrokerLoad[];
  readonly shares: Readonly<Record<Measure, Shares>>;
  /** What cannot be divided, and so is even whatever the shares are: one replica, the largest log, the heaviest leader. */
  readonly grain: Readonly<Record<Measure, number>>;
}

/** Part of its share by which a broker may have more or less. Cruise Control's default balance threshold is the same. */
const EVEN_ENOUGH = 0.1;
/** Nothing is copied to even out less than this: it is moved in seconds whenever it matters. */
const EVEN_ENOUGH_BYTES = 100e6;
/** Shares are found by halving. */
const ROUNDING = 1e-9;

export function evaluate(partitions: readonly PartitionPlacement[], brokers: readonly PlacementBroker[]): Evaluation {
  const loads = loadsOf(partitions, brokers);
  const shares = sharesOf(partitions, brokers);
  const grain = grainOf(partitions);
  const racks = new Map(brokers.map(({ id, rack }) => [id, rack]));
  const violations = [
    ...partitions.flatMap((partition) => partitionViolations(partition, racks)),
    ...unevenness(loads, shares, grain),
  ];
  return { violations, loads, shares, grain };
}

/** Right number, known brokers, none twice, and as many racks as there could be. */
export function partitionViolations(
  { topic, partition, replicas, replicationFactor }: PartitionPlacement,
  racks: ReadonlyMap<number, string | null>,
): Violation[] {
  const at = { topic, partition };
  const twice = replicas.filter((id, i) => replicas.indexOf(id) !== i);
  const possible = Math.min(replicationFactor, new Set(racks.values()).size);
  const have = racksUsed(replicas, racks);
  return [
    ...twice.map((broker) => ({ kind: "duplicate", ...at, broker }) as const),
    ...(replicas.length === replicationFactor
      ? []
      : [{ kind: "replication-factor", ...at, have: replicas.length, wanted: replicationFactor } as const]),
    ...replicas.filter((id) => !racks.has(id)).map((broker) => ({ kind: "wrong-broker", ...at, broker }) as const),
    ...(have < possible ? [{ kind: "racks", ...at, have, possible } as const] : []),
  ];
}

/** Racks of brokers that may hold replicas; others count for nothing. */
export function racksUsed(replicas: readonly number[], racks: ReadonlyMap<number, string | null>): number {
  return new Set(replicas.filter((id) => racks.has(id)).map((id) => racks.get(id))).size;
}

export interface Movement {
  readonly partitions: number;
  /** Copies made. */
  readonly replicas: number;
  /** Copied over the network. */
  readonly bytes: number;
  /** Partitions of which only the preferred leader changes, or of which replicas only go. */
  readonly free: number;
}

export function movement(moves: readonly ReplicaMove[]): Movement {
  return {
    partitions: moves.length,
    replicas: moves.reduce((sum, move) => sum + adding(move).length, 0),
    bytes: moves.reduce((sum, move) => sum + copiedBytes(move), 0),
    free: moves.filter((move) => adding(move).length === 0).length,
  };
}

/** The partitions as they lie once the moves are done. */
export function carriedOut(
  partitions: readonly PartitionPlacement[],
  moves: readonly ReplicaMove[],
): PartitionPlacement[] {
  const to = new Map(moves.map((move) => [`${move.topic}/${move.partition}`, move.to]));
  return partitions.map((one) => {
    const replicas = to.get(`${one.topic}/${one.partition}`);
    return replicas ? { ...one, replicas, isr: replicas } : one;
  });
}

function loadsOf(partitions: readonly PartitionPlacement[], brokers: readonly PlacementBroker[]): BrokerLoad[] {
  const loads = new Map(brokers.map(({ id, rack }) => [id, { id, rack, replicas: 0, bytes: 0, leaders: 0 }]));
  for (const { replicas, bytes, weight = 1 } of partitions)
    for (const [i, id] of replicas.entries()) {
      const load = loads.get(id) ?? { id, rack: null, replicas: 0, bytes: 0, leaders: 0 };
      loads.set(id, load);
      load.replicas += 1;
      load.bytes += bytes;
      if (i === 0) load.leaders += weight;
    }
  return [...loads.values()].toSorted((a, b) => a.id - b.id);
}

function sharesOf(
  partitions: readonly PartitionPlacement[],
  brokers: readonly PlacementBroker[],
): Record<Measure, Shares> {
  const held = new Map(brokers.map(({ id }) => [id, 0]));
  for (const { replicas, weight = 1 } of partitions)
    for (const id of replicas) if (held.has(id)) held.set(id, held.get(id)! + weight);
  return {
    replicas: replicaShares(brokers, partitions, () => 1),
    bytes: replicaShares(brokers, partitions, ({ bytes }) => bytes),
    leaders: leaderShares(
      held,
      partitions.reduce((sum, { weight = 1 }) => sum + weight, 0),
    ),
  };
}

function unevenness(
  loads: readonly BrokerLoad[],
  shares: Readonly<Record<Measure, Shares>>,
  grain: Readonly<Record<Measure, number>>,
): Violation[] {
  return MEASURES.flatMap((measure) =>
    loads.flatMap(({ id: broker, [measure]: have }) => {
      const share = shares[measure].get(broker);
      if (share === undefined) return []; // It should have nothing at all, which is said of each replica.
      const tolerance = toleranceOf(share, grain[measure]);
      const even = Math.abs(have - share) <= tolerance + share * ROUNDING;
      return even ? [] : [{ kind: "uneven", measure, broker, have, share, tolerance } as const];
    }),
  );
}

function grainOf(partitions: readonly PartitionPlacement[]): Record<Measure, number> {
  return {
    replicas: 1,
    bytes: partitions.reduce((most, { bytes }) => Math.max(most, bytes), EVEN_ENOUGH_BYTES),
    leaders: partitions.reduce((most, { weight = 1 }) => Math.max(most, weight), 1),
  };
}

/** How far from its share a broker still counts as even. */
export const toleranceOf = (share: number, grain: number): number => Math.max(grain, share * EVEN_ENOUGH);
