/**
 * The ClusterPlan: plain JSON, the same for every target. Addresses and paths that only the target
 * knows stand in it as tokens (see `bind.ts`), so the text of a node's configuration is decided here once.
 */

import type { Migration, Mode } from "../spec/versions.ts";
import type { SecurityPlan } from "./security-types.ts";
import type { Levels } from "./versions.ts";

export type * from "./security-types.ts";

export type TargetName = "local" | "docker" | "kubernetes";
export type Role = "broker" | "controller" | "zookeeper";

/**
 * Without security INTERNAL carries replication and clients inside, EXTERNAL serves clients outside, CONTROLLER the KRaft
 * quorum. With it their places are taken by REPLICATION, INTERNAL_TLS, EXTERNAL_TLS and CONTROLLER_TLS, which have other names
 * so that both kinds stand side by side while a live cluster goes from one to the other. HEALTH answers the node's own
 * health check. A ZooKeeper node has ZK_CLIENT or ZK_CLIENT_TLS (brokers connect), ZK_QUORUM (followers connect) and
 * ZK_ELECTION.
 */
export type ListenerName =
  | "INTERNAL"
  | "EXTERNAL"
  | "CONTROLLER"
  | "REPLICATION"
  | "INTERNAL_TLS"
  | "EXTERNAL_TLS"
  | "CONTROLLER_TLS"
  | "HEALTH"
  | "ZK_CLIENT"
  | "ZK_CLIENT_TLS"
  | "ZK_QUORUM"
  | "ZK_ELECTION";

export interface ListenerPlan {
  readonly name: ListenerName;
  /** Port inside a container or pod; on the local target ports are picked when the cluster is created. */
  readonly port: number;
}

export interface ConfigFile {
  readonly name: "server.properties" | "zoo.cfg";
  /** Sorted by key; values may hold tokens. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Where and how containers run; target docker only. */
export interface DockerPlan {
  /** Address of the engine; absent: Docker's own rules decide. */
  readonly host?: string;
  /** `auto`, `build`, or the reference of an image. */
  readonly image: string;
  /** Address of the engine's machine on which EXTERNAL listeners are published. */
  readonly publishAddress: string;
  /** What clients outside are told. */
  readonly advertisedHost: string;
}

/** Where and how pods run; target kubernetes only. */
export interface KubernetesPlan {
  /** Context of the kubeconfig; absent: the current one. */
  readonly context?: string;
  readonly namespace: string;
  /** Make it unless it is there. */
  readonly createNamespace: boolean;
  /** `auto`, `build`, or the reference of an image. */
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  /** Absent: the cluster's default class. */
  readonly storageClass?: string;
  readonly external: "none" | "nodePort" | "loadBalancer";
  /** What clients outside are told; absent: the address of each pod's machine, or of its load balancer. */
  readonly advertisedHost?: string;
  readonly clusterDomain: string;
  /** Its values are the racks of the plan. */
  readonly zoneLabel: string;
  /** The racks, in the order in which brokers get them; empty: none. */
  readonly racks: readonly string[];
  /** Whether two nodes of one kind may share a machine. */
  readonly spread: "required" | "preferred";
  readonly priorityClass?: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

/** As Kubernetes writes it (core/v1 Toleration). */
export interface Toleration {
  readonly key?: string;
  readonly operator: "Exists" | "Equal";
  readonly value?: string;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface JvmPlan {
  /** Maximum and initial heap. */
  readonly heapMiB: number;
  /** Further options of `java`, the same on every target; no token stands in them. */
  readonly options: readonly string[];
  /** `java.lang.System` properties, values may hold tokens. */
  readonly systemProperties: Readonly<Record<string, string>>;
}

export interface VolumePlan {
  /** `data`, or `data-<n>` for brokers with several log directories. */
  readonly name: string;
  /** Absent when the stack sets no size and the target needs none: its disk is then the limit. */
  readonly sizeBytes?: number;
}

export interface NodePlan {
  /**
   * The node's identity, never an array index: brokers (and combined nodes) count from 1, dedicated controllers
   * from 1001, ZooKeeper nodes from 2001 (myid = id − 2000). Growing a cluster renames nothing.
   */
  readonly id: number;
  readonly roles: readonly Role[];
  readonly rack: string | null;
  readonly listeners: readonly ListenerPlan[];
  readonly mainClass: "kafka.Kafka" | "org.apache.zookeeper.server.quorum.QuorumPeerMain";
  readonly config: ConfigFile;
  /**
   * Further files by name (for example `jaas.conf`); text may hold tokens. They may carry secrets. Text of a name that ends
   * in `.base64` is the content of a binary file, which has the name without that ending.
   */
  readonly files: Readonly<Record<string, string>>;
  readonly jvm: JvmPlan;
  /** Limit of the node's memory, heap included, where the target sets one. */
  readonly memoryMiB: number;
  /** Thousandths of a core that are kept free for the node, where the target does that. */
  readonly cpuMillis: number;
  readonly volumes: readonly VolumePlan[];
}

export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Every topic config that the stack declares, min.insync.replicas included, as Kafka's own strings; sorted. */
  readonly config: Readonly<Record<string, string>>;
}

export interface ClusterPlan {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly target: TargetName;
  readonly mode: Mode;
  /** How far a live cluster has come on its way from mode zookeeper to kraft; absent before and after. */
  readonly migration?: Migration;
  /** Voters stand in the metadata log, not in the configuration; absent: the other way round. */
  readonly quorum?: "dynamic";
  readonly kafkaVersion: string;
  readonly nodes: readonly NodePlan[];
  /** Node ids in the order in which they may be restarted, one at a time: ZooKeeper, controllers, brokers. */
  readonly restartOrder: readonly number[];
  readonly topics: readonly TopicPlan[];
  /**
   * A restart may take what no restart can spare: topics with one replica, or no more than min ISR, and quorums of one or
   * two. The stack file says so for itself.
   */
  readonly allowUnavailable: boolean;
  /** Names of the secrets that tokens and identities ask for; the target generates each once and keeps it. */
  readonly secrets: readonly string[];
  readonly security: SecurityPlan;
  /** When and why every node was last told to restart although nothing changed; with another text each restarts once. */
  readonly roll?: string;
  /** What Kafka's features are finalized at, asked just now, where that may let an older version in. */
  readonly finalized?: Levels;
  /** Brokers of one rack may restart together: a person's word for one run, never in a plan of a stack file. */
  readonly parallel?: "rack";
  /** Node whose data this one run deletes, when others have all of them; never in a plan of a stack file. */
  readonly replaces?: number;
  /** First port of each listener's range, when the stack fixes it: on this machine, or as it is published. */
  readonly fixedPorts?: Readonly<Partial<Record<ListenerName, number>>>;
  readonly docker?: DockerPlan;
  readonly kubernetes?: KubernetesPlan;
}
