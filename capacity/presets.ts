import { GiB, MiB } from "./units.ts";

/** A starting point for a cluster; whatever the stack file writes itself wins over it. */
export interface Preset {
  /** For whom it is, in one sentence. */
  readonly purpose: string;
  readonly brokers: number;
  /** Heap of a broker or combined node, in bytes. Beyond about 6 GiB the page cache makes better use of memory. */
  readonly brokerHeapBytes: number;
  readonly controllers: number;
  /** Heap of a dedicated controller or a ZooKeeper node, in bytes. */
  readonly controllerHeapBytes: number;
  /** Partitions of a topic that names no number. */
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Replicas that must hold a record before acks=all is answered; writes survive RF − this many failures. */
  readonly minInsyncReplicas: number;
}

export const PRESETS = Object.freeze({
  dev: {
    purpose: "a laptop: three small nodes, enough to see replication and failover",
    brokers: 3,
    brokerHeapBytes: 512 * MiB,
    controllers: 3,
    controllerHeapBytes: 128 * MiB,
    partitions: 3,
    replicationFactor: 3,
    minInsyncReplicas: 2,
  },
  small: {
    purpose: "a team's shared cluster with a few MB/s",
    brokers: 3,
    brokerHeapBytes: 1 * GiB,
    controllers: 3,
    controllerHeapBytes: 512 * MiB,
    partitions: 6,
    replicationFactor: 3,
    minInsyncReplicas: 2,
  },
  standard: {
    purpose: "production for most workloads: one broker may fail while another is being restarted for maintenance",
    brokers: 5,
    brokerHeapBytes: 4 * GiB,
    controllers: 3,
    controllerHeapBytes: 1 * GiB,
    partitions: 12,
    replicationFactor: 3,
    minInsyncReplicas: 2,
  },
  throughput: {
    purpose: "many brokers and partitions to spread load over",
    brokers: 9,
    brokerHeapBytes: 6 * GiB,
    controllers: 3,
    controllerHeapBytes: 2 * GiB,
    partitions: 36,
    replicationFactor: 3,
    minInsyncReplicas: 2,
  },
  durable: {
    purpose: "records that must not be lost: two brokers or two controllers may fail and writes go on",
    brokers: 5,
    brokerHeapBytes: 4 * GiB,
    controllers: 5,
    controllerHeapBytes: 1 * GiB,
    partitions: 12,
    replicationFactor: 5,
    minInsyncReplicas: 3,
  },
} as const satisfies Record<string, Preset>);

export type PresetName = keyof typeof PRESETS;
