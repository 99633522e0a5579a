import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { LocalCluster } from "../render.ts";

/** Inputs of the cluster resource. */
export interface ClusterInputs {
  readonly name: string;
  readonly directory: string;
  readonly mode: "kraft" | "zookeeper";
  readonly kafkaVersion: string;
  /** Node ids of the quorum: KRaft voters, or the ZooKeeper ensemble. */
  readonly voters: readonly number[];
  /** `LISTENER@nodeId` of every listener. */
  readonly listeners: readonly string[];
  /** Ports that the stack fixes, by `LISTENER@nodeId`. */
  readonly fixedPorts: Readonly<Record<string, number>>;
  readonly secretNames: readonly string[];
}

/** What lies beside the data: what was asked for last, and what was decided once. */
export type KeptCluster = ClusterInputs & LocalCluster;

const keptFile = (directory: string): string => path.join(directory, "cluster.json");

export function readKept(directory: string): KeptCluster | undefined {
  const file = keptFile(directory);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as KeptCluster) : undefined;
}

/** Written aside and renamed; readable by its owner only, because it holds the secrets. */
export function keep(cluster: KeptCluster): void {
  mkdirSync(cluster.directory, { recursive: true, mode: 0o700 });
  const file = keptFile(cluster.directory);
  writeFileSync(`${file}.new`, JSON.stringify(cluster, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
