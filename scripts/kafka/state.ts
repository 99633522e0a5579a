/** What was observed of a live cluster, as plain data: read in this folder, judged by the pure code in `scripts/ops`. */

export interface BrokerState {
  readonly id: number;
  /** host:port as the broker advertises it on the listener that was asked. */
  readonly address: string;
  readonly rack: string | null;
}

export interface ClusterState {
  readonly clusterId: string;
  /** Registered and unfenced brokers, by id. */
  readonly brokers: readonly BrokerState[];
  /** ZooKeeper mode: the controller. In KRaft brokers name any one of themselves here: ask the quorum instead. */
  readonly controllerId: number | null;
}

export interface QuorumReplicaState {
  readonly id: number;
  /** Of its data, in Kafka's form of an id; absent where the voters are static, which go by their node id alone. */
  readonly directoryId?: string;
  /** Records of the metadata log that the replica has yet to fetch; null: it has not fetched from this leader. */
  readonly lag: number | null;
  /** How long before the leader's answer the replica was last known to have fetched everything; null: never. */
  readonly caughtUpAgoMs: number | null;
}

export interface QuorumState {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** The leader's clock when it answered, Unix milliseconds; absent when it told none. */
  readonly leaderClockMs?: number;
  readonly voters: readonly QuorumReplicaState[];
  readonly observers: readonly QuorumReplicaState[];
}

export interface PartitionState {
  readonly partition: number;
  /** Null while no replica leads: the partition is offline. */
  readonly leader: number | null;
  /** In order: the first is the preferred leader. */
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** What decides whether a node may stop, of one partition. */
export interface IsrPartition extends PartitionState {
  readonly topic: string;
  /** Effective: never more than the partition has replicas. */
  readonly minIsr: number;
  /** Replicas are being added or removed: a reassignment is under way. */
  readonly moving?: boolean;
}

export interface TopicState {
  readonly name: string;
  readonly internal: boolean;
  /** By partition number. */
  readonly partitions: readonly PartitionState[];
  /** What was set on the topic itself. */
  readonly config: Readonly<Record<string, string>>;
  /** As configured, on the topic or inherited from the cluster; a partition wants no more than it has replicas. */
  readonly minIsr: number;
}

/** What is set on a running cluster, where it wins over the files of the nodes. */
export interface OverrideState {
  /** Null: for all brokers. */
  readonly broker: number | null;
  readonly values: Readonly<Record<string, string>>;
}

export interface LogDirState {
  readonly path: string;
  /** Of the volume that holds it; null when the broker does not know. */
  readonly totalBytes: number | null;
  readonly usableBytes: number | null;
  /** Kafka's name of the fault when the directory is offline. */
  readonly fault: string | null;
}

/** One value in force on a broker; null when Kafka hides it (passwords). */
export type BrokerConfigState = Readonly<Record<string, string | null>>;

/** What one planned broker said when it was asked itself. */
export interface BrokerProbeState {
  readonly id: number;
  /** Null when it answered, else why not. */
  readonly fault: string | null;
  readonly config: BrokerConfigState;
  readonly logDirs: readonly LogDirState[];
}

export interface ZooKeeperProbeState {
  readonly id: number;
  /** Null when it does not answer or serves no requests. */
  readonly role: "leader" | "follower" | "standalone" | null;
}

/** What the target itself (an engine of containers) tells of a node. */
export interface NodeRuntimeState {
  readonly id: number;
  /** Of the container. */
  readonly name: string;
  readonly well: boolean;
  /** Its state in a few words. */
  readonly detail: string;
}

/** How long a certificate is good, Unix milliseconds. */
export interface CertificateState {
  /** `node 2`, `authority kafka dev`, or who looks. */
  readonly who: string;
  readonly isAuthority: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface SecurityState {
  /** When this was read, by the clock of this machine, Unix milliseconds. */
  readonly nowMs: number;
  /** What nodes present that can be reached, what is trusted, and with what we log in. */
  readonly certificates: readonly CertificateState[];
}

/** How far a node's clock is ahead of this machine's, to within the time of an answer. */
export interface ClockState {
  readonly id: number;
  readonly aheadMs: number;
}

/** Everything that the health checks judge. Null stands for what no broker could tell. */
export interface HealthState {
  readonly cluster: ClusterState | null;
  readonly probes: readonly BrokerProbeState[];
  readonly quorum: QuorumState | null;
  readonly zookeeper: readonly ZooKeeperProbeState[];
  readonly topics: readonly TopicState[] | null;
  /** Null where the target tells nothing beside what the nodes say themselves; a text when it could not be asked. */
  readonly runtime: readonly NodeRuntimeState[] | string | null;
  /** Null where there is no TLS. */
  readonly security: SecurityState | null;
  /** Null when no node tells the time. */
  readonly clock: ClockState | null;
}
