import type { Migration } from "../../plan/migration.ts";
import type { SecurityPhase } from "../../plan/refusals.ts";
import type { Levels } from "../../plan/versions.ts";
import { readKeptFile, writeKeptFile } from "./kept-file.ts";
import type { NodeData } from "./node-data.ts";

/** What a target's cluster resource is asked for, whatever the target. */
export interface ClusterInputs {
  readonly name: string;
  /** Where `cluster.json` lies. */
  readonly directory: string;
  readonly mode: "kraft" | "zookeeper";
  /** How far the cluster is on its way from one to the other; absent before and after. */
  readonly migration?: Migration;
  readonly kafkaVersion: string;
  /** Where the voters stand; absent: in the configuration of every node. */
  readonly quorum?: "dynamic";
  /** Node ids of the quorum: KRaft voters, or the ZooKeeper ensemble. */
  readonly voters: readonly number[];
  /** `LISTENER@nodeId` of every listener that needs a port on this or the engine's machine. */
  readonly listeners: readonly string[];
  /** Ports that the stack fixes, by `LISTENER@nodeId`. */
  readonly fixedPorts: Readonly<Record<string, number>>;
  readonly secretNames: readonly string[];
  /** The security profile, or while a live cluster goes to it, how far it has come. */
  readonly security: SecurityPhase;
  /** `security.rotation`; absent: 1. */
  readonly rotation?: number;
  /** See ClusterPlan; an answer of the moment, so another one alone changes nothing. */
  readonly finalized?: Levels;
  /** See ClusterPlan; a word for one run, so it changes nothing and is not kept. */
  readonly replaces?: number;
}

/** What is decided once for a cluster and then never changes by itself. */
export interface Decisions {
  readonly clusterId: string;
  /** By `LISTENER@nodeId`. */
  readonly ports: Readonly<Record<string, number>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What lies beside the data: what was asked for last, and what was decided once. */
export interface Kept extends ClusterInputs, Decisions {
  /** Brokers that have left while their data is kept, which nobody lacks; absent: none. */
  readonly left?: readonly number[];
  /** Which nodes have had data; absent: not noted yet, by an earlier release. */
  readonly nodeData?: NodeData;
}

const NAME = "cluster.json";

/** @throws UserError when it is not whole, and no copy of it is. */
export const readKept = <T extends Kept>(directory: string): T | undefined =>
  readKeptFile<T>(directory, NAME, ["listeners"]);

/**
 * Which nodes have had data stays noted unless the caller says otherwise; of a new cluster it says that none has: `{}`.
 */
export function keep({ replaces: _, ...cluster }: Kept): void {
  const nodeData = cluster.nodeData ?? readKept(cluster.directory)?.nodeData;
  writeKeptFile(cluster.directory, NAME, { ...cluster, ...(nodeData && { nodeData }) });
}
