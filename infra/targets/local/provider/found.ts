/** What data the nodes of a cluster on this machine have: the disk is asked, whatever is noted. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { parseProperties } from "../../../plan/java-properties.ts";
import { FIRST_ID, poolOf } from "../../../plan/nodes.ts";
import { nodesOf } from "../../../plan/refusals.ts";
import type { ClusterInputs } from "../../decisions/kept.ts";
import {
  ANY_DIRECTORY,
  type DirectoryContent,
  type FoundDirectory,
  type FoundNode,
} from "../../decisions/node-data.ts";
import { META_PROPERTIES } from "../../migration/cluster-id.ts";
import { METADATA_LOG } from "../../migration/leave.ts";

/** Name of the one folder in which a node here keeps its data. */
export const DATA = "data";
const MY_ID = "myid";
/** A file system's own, in an otherwise empty mount point. */
export const LOST_AND_FOUND = "lost+found";

/** Whether a file of a data folder tells whose it is. */
export const isMark = (name: string): boolean => name === META_PROPERTIES || name === MY_ID;

export type Shape = Pick<ClusterInputs, "mode" | "voters" | "listeners">;

/** Every node that the inputs name. @param directory of the cluster. */
export const findNodes = (directory: string, shape: Shape): FoundNode[] =>
  nodesOf(shape).map((id) => findNode(path.join(directory, `node-${id}`), id, rolesOf(id, shape)));

/** @param directory of the node. */
export function findNode(directory: string, id: number, roles: readonly string[]): FoundNode {
  return { id, roles, directories: [findData(path.join(directory, DATA))] };
}

/** From what is kept of a cluster. */
export function rolesOf(id: number, { mode, voters }: Pick<Shape, "mode" | "voters">): string[] {
  const pool = poolOf(id);
  return pool === "broker" && mode === "kraft" && voters.includes(id) ? ["broker", "controller"] : [pool];
}

function findData(place: string): FoundDirectory {
  const holds = contentOf(place);
  return { volume: DATA, place, ...(holds !== undefined && { holds }) };
}

/** Of a node's data folder; undefined where a node may begin. */
export function contentOf(place: string): DirectoryContent | string | undefined {
  try {
    const names = namesIn(place);
    if (typeof names === "string") return names;
    if (names.includes(META_PROPERTIES)) return kafkaContent(place);
    if (names.includes(MY_ID)) return zooKeeperContent(place);
    // Where no log was begun nothing was acknowledged: it is half-made, or of a broker that ZooKeeper never saw.
    return hasLogs(place) ? `logs without ${META_PROPERTIES}` : undefined;
  } catch (error) {
    return `what cannot be read (${(error as Error).message})`;
  }
}

/** [] where nothing is there; a text for what is no folder. */
function namesIn(place: string): readonly string[] | string {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (!found) return [];
  try {
    return readdirSync(place).filter((name) => name !== LOST_AND_FOUND);
  } catch (error) {
    if (found.isSymbolicLink() && (error as NodeJS.ErrnoException).code === "ENOENT")
      return `a link to ${readlinkSync(place)}, which is not there`;
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return "a file";
    throw error;
  }
}

/**
 * The same node, unless its data have lost the log of the quorum, with which a broker begins: it would vote as one that knows of
 * nothing, and take what it has for data of topics that are not there. For mode kraft.
 */
export function withMetadata(node: FoundNode): FoundNode {
  return {
    ...node,
    directories: node.directories.map((one) => (lacksMetadata(one) ? { ...one, holds: LACKING } : one)),
  };
}

const LACKING = `data without ${METADATA_LOG}`;

function lacksMetadata({ place, holds }: FoundDirectory): boolean {
  if (typeof holds !== "object") return false;
  const entries = readdirSync(place, { withFileTypes: true }).filter(({ name }) => name !== LOST_AND_FOUND);
  const metadata = entries.some(({ name }) => name === METADATA_LOG) ? readdirSync(path.join(place, METADATA_LOG)) : [];
  if (metadata.some((name) => /\.(log|checkpoint)$/.test(name))) return false;
  return entries.some(
    (entry) => (entry.isDirectory() && entry.name !== METADATA_LOG) || entry.name.endsWith("-offset-checkpoint"),
  );
}

function kafkaContent(place: string): DirectoryContent | string {
  const meta = parseProperties(readFileSync(path.join(place, META_PROPERTIES), "utf8"));
  const [id, clusterId] = [meta["node.id"] ?? meta["broker.id"], meta["cluster.id"]];
  if (!/^\d+$/.test(id ?? "") || !clusterId) return `a ${META_PROPERTIES} that names no node and cluster`;
  return { directoryId: meta["directory.id"] ?? ANY_DIRECTORY, nodeId: Number(id), clusterId };
}

function zooKeeperContent(place: string): DirectoryContent | string {
  const id = readFileSync(path.join(place, MY_ID), "utf8").trim();
  if (!/^\d+$/.test(id)) return `a ${MY_ID} that names no member`;
  return { directoryId: ANY_DIRECTORY, nodeId: Number(id) + FIRST_ID.zookeeper - 1 };
}

/** Whether the node of a data folder has begun a log: of the quorum, of a partition, or ZooKeeper's. */
export function hasLogs(place: string): boolean {
  const entries = lstatSync(place, { throwIfNoEntry: false }) ? readdirSync(place, { withFileTypes: true }) : [];
  return entries.some((entry) => entry.isDirectory() && entry.name !== LOST_AND_FOUND);
}
