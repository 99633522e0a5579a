/** Which nodes of a cluster on this machine may start: the record in cluster.json, compared with what the disk has. */
import path from "node:path";
import type { Refusal } from "../../../plan/refusals.ts";
import { recordData } from "../../decisions/data-record.ts";
import { type ClusterInputs, type Kept, readKept } from "../../decisions/kept.ts";
import {
  type DataJudgement,
  dataRefusals,
  type FoundNode,
  judgeData,
  type NodeData,
  recordOf,
  strayData,
} from "../../decisions/node-data.ts";
import type { LocalNodeArgs } from "../render.ts";
import { findNode, findNodes, withMetadata } from "./found.ts";
import { nodePaths } from "./node-files.ts";
import { runningProcess } from "./process.ts";

/**
 * Everything about the data of a cluster that forbids `up`, before any node is touched. Where a few nodes have lost theirs
 * and no other runs, the others are started first and those alone are refused: only a live cluster can tell that it has what
 * they had, which `replace-node` asks.
 *
 * @param before what was deployed last; undefined: nothing.
 */
export function refusedData(directory: string, before: ClusterInputs | undefined, now: ClusterInputs): Refusal[] {
  const kept = readKept(directory);
  const nodes = findNodes(directory, now);
  if (!before) return [strayData(now.name, directory, nodes) ?? []].flat();
  if (!kept && nodes.every(isEmpty)) return [gone(now, directory)];
  const judged = judge(now, nodes, recordOf(kept?.nodeData, before, nodes), kept);
  const othersRun = nodes.some(({ id }) => !judged.withheld.has(id) && isRunning(directory, id));
  if (judged.flat || nodes.some(isMisplaced)) return dataRefusals(judged);
  // One that is replaced begins empty, which is decided once it has stopped.
  const withheld = new Map([...judged.withheld].filter(([id]) => id !== now.replaces));
  return othersRun ? dataRefusals({ ...judged, withheld }) : [];
}

/** Immediately before a node would be formatted and started. @throws when it had data and has none, or another's. */
export function requireOwnData(node: LocalNodeArgs): void {
  const directory = path.dirname(node.directory);
  const kept = readKept(directory);
  const own = findNode(node.directory, node.nodeId, node.roles);
  if (!kept) {
    if (!isEmpty(own)) return;
    throw new Error(`wanted cluster.json in ${directory}, found none; run up again, which writes it first`);
  }
  const nodes = [...findNodes(directory, kept).filter(({ id }) => id !== own.id), own];
  const reason = judge(kept, nodes, recordOf(kept.nodeData, kept, nodes), kept).withheld.get(own.id);
  if (reason !== undefined) throw new Error(reason);
}

/** Notes that a node has data, before it starts and once it serves, when one of mode zookeeper has some, too. */
export function noteData({ directory, nodeId, roles }: LocalNodeArgs): void {
  const cluster = path.dirname(directory);
  const kept = readKept(cluster);
  if (kept) recordData(cluster, [findNode(directory, nodeId, roles)], findNodes(cluster, kept));
}

/** The record for cluster.json that is about to be written. @param before as of {@link refusedData}. */
export function recordFor(directory: string, before: ClusterInputs | undefined): NodeData {
  return before ? recordOf(readKept(directory)?.nodeData, before, findNodes(directory, before)) : {};
}

function judge(
  { name, voters, mode, migration }: ClusterInputs,
  found: readonly FoundNode[],
  record: NodeData,
  kept: Kept | undefined,
): DataJudgement {
  // In a migration brokers have data before they have that log.
  const isKraft = mode === "kraft" && migration === undefined && kept?.mode === "kraft" && kept.migration === undefined;
  const nodes = isKraft ? found.map(withMetadata) : found;
  // In mode zookeeper the first broker chose the id of its data.
  const clusterId = kept?.mode === "kraft" ? kept.clusterId : undefined;
  const cure = (id: number) => (id > 2000 && mode === "zookeeper" ? copyMember(id, nodes) : undefined);
  return judgeData({ stack: name, record, clusterId, voters, nodes, cure });
}

/** A member of ZooKeeper cannot tell whether it has all, so none is emptied by us: it is given what another has. */
function copyMember(id: number, nodes: readonly FoundNode[]): string | undefined {
  const place = nodes.find((node) => node.id === id)?.directories[0]?.place;
  const other = nodes.find((node) => node.id !== id && node.roles.includes("zookeeper") && !isEmpty(node));
  return place && other
    ? `copy ${other.directories[0]!.place} to ${place} and write ${id - 2000} into its file myid`
    : undefined;
}

function gone({ name, directory: here }: ClusterInputs, directory: string): Refusal {
  const wanted = `wanted cluster.json and the data of ${name} in ${directory}`;
  const reason =
    here !== directory && readKept(here)
      ? `${wanted}, found them in ${here}; put the folder back, or to go on where it is now: kafka-stacks down ${name}, then kafka-stacks up ${name}`
      : `${wanted}, found neither; put the folder back (is the disk mounted?), then run up again; to begin again with nothing: kafka-stacks down ${name} --delete-data`;
  return { property: "directory", reason };
}

const isEmpty = ({ directories }: FoundNode): boolean => directories.every(({ holds }) => holds === undefined);

/** Another node's data are no loss: they only have to go back. */
const isMisplaced = ({ id, directories }: FoundNode): boolean =>
  directories.some(({ holds }) => typeof holds === "object" && holds.nodeId !== undefined && holds.nodeId !== id);

const isRunning = (directory: string, id: number): boolean =>
  runningProcess(nodePaths(path.join(directory, `node-${id}`)).pidFile) !== undefined;
