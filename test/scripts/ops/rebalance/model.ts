import fc from "fast-check";
import type { Violation } from "../../../../scripts/ops/rebalance/evaluate.ts";
import type { PartitionPlacement, PlacementBroker } from "../../../../scripts/ops/rebalance/types.ts";

export const brokers = (racks: readonly (string | null)[]): PlacementBroker[] =>
  racks.map((rack, i) => ({ id: i + 1, rack }));

/** Partitions of one topic with these replicas, all in sync. */
export function partitions(
  replicas: readonly (readonly number[])[],
  over: Partial<PartitionPlacement> = {},
): PartitionPlacement[] {
  return replicas.map((ids, partition) => {
    const base = { topic: "t", partition, replicas: ids, isr: ids, bytes: 0, replicationFactor: ids.length };
    return { ...base, ...over };
  });
}

/** As Kafka spreads them: round robin over the brokers' racks in turn. */
export function roundRobin(count: number, rf: number, ids: readonly number[], bytes: (p: number) => number = () => 0) {
  return Array.from({ length: count }, (_, p): PartitionPlacement => {
    const replicas = Array.from({ length: rf }, (_, r) => ids[(p + r) % ids.length]!);
    const [topic, partition] = [`t${Math.floor(p / 12)}`, p % 12];
    return { topic, partition, replicas, isr: replicas, bytes: bytes(p), replicationFactor: rf };
  });
}

export const kinds = (violations: readonly Violation[]): string[] =>
  violations.map((one) => (one.kind === "uneven" ? `uneven ${one.measure}` : one.kind));

export interface Case {
  readonly brokers: readonly PlacementBroker[];
  readonly partitions: readonly PartitionPlacement[];
}

/** Any placement, however bad: replicas on brokers that shall have none, too few, too many, unlike logs. */
export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    racks: fc.array(fc.constantFrom("a", "b", "c", null), { minLength: 1, maxLength: 7 }),
    rows: fc.array(
      fc.record({
        replicas: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        rf: fc.integer({ min: 1, max: 4 }),
        bytes: fc.constantFrom(0, 1e6, 1e9, 3e9, 40e9),
        weight: fc.constantFrom(1, 1, 5),
        inSync: fc.integer({ min: 1, max: 5 }),
      }),
      { maxLength: 60 },
    ),
  })
  .map(({ racks, rows }) => ({
    brokers: brokers(racks),
    partitions: rows.map(({ replicas, rf, bytes, weight, inSync }, partition) => {
      const replicationFactor = Math.min(rf, racks.length);
      const topic = `t${partition % 4}`;
      return { topic, partition, replicas, isr: replicas.slice(0, inSync), bytes, weight, replicationFactor };
    }),
  }));
