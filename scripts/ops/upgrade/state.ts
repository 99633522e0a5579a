import type { Levels } from "../../../infra/plan/versions.ts";

export interface BrokerVersion {
  readonly id: number;
  /** By the levels that it supports: no broker tells its version. Null: of none that is known, or not answering. */
  readonly version: string | null;
  /** Null when it answered, else why not. */
  readonly fault: string | null;
  readonly supported: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
}

/** What decides about another version. */
export interface UpgradeState {
  readonly brokers: readonly BrokerVersion[];
  /** Null when no broker answers, empty in ZooKeeper mode. */
  readonly finalized: Levels | null;
  /** Partitions whose replicas are being moved; null when nobody could be asked. */
  readonly moving: readonly string[] | null;
}
