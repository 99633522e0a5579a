/**
 * A disk that is gone is not a new node: a node that has had data and has none is neither formatted nor started. Pure.
 *
 * 1. What holds data of another node, another cluster or another directory than noted is refused, whatever is noted.
 * 2. What cannot be read, or is neither data nor nothing, is refused too.
 * 3. Nothing where data are noted is a loss. A few losses `replace-node` can cure, because the others have all. When too
 *    few voters for a majority keep their data, or no broker does, empty ones would outvote or truncate those that have
 *    some: that is refused flatly.
 */
import { nodesOf, type Refusal } from "../../plan/refusals.ts";

/** Which nodes have had data: the id of each data directory by node id, then by the name of its volume or folder. */
export type NodeData = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Of data whose directory has no id, as in mode zookeeper, or was noted by a release that did not look. */
export const ANY_DIRECTORY = "any";

export interface DirectoryContent {
  /** `directory.id` of meta.properties, or {@link ANY_DIRECTORY}. */
  readonly directoryId: string;
  /** Whose it is; absent where the data do not say. */
  readonly nodeId?: number;
  readonly clusterId?: string;
}

export interface FoundDirectory {
  /** As in {@link NodeData}, such as `data`. */
  readonly volume: string;
  /** For people: a path, or the name of a volume or claim. */
  readonly place: string;
  /** Absent: nothing is there, or a folder without data. Text: why it is neither data nor nothing. */
  readonly holds?: DirectoryContent | string;
}

export interface FoundNode {
  readonly id: number;
  readonly roles: readonly string[];
  readonly directories: readonly FoundDirectory[];
}

export interface DataQuestion {
  /** As commands name the stack. */
  readonly stack: string;
  readonly record: NodeData;
  /** Absent where the data have an id that was not decided here (mode zookeeper). */
  readonly clusterId?: string | undefined;
  /** KRaft voters, or the ZooKeeper ensemble. */
  readonly voters: readonly number[];
  /** Every node that the plan has. */
  readonly nodes: readonly FoundNode[];
  /** What else than `replace-node` gives this node a new disk; absent: nothing. */
  readonly cure?: (id: number) => string | undefined;
}

export interface DataJudgement {
  /** A sentence for each node that must not start, by its id. */
  readonly withheld: ReadonlyMap<number, string>;
  /** No node of the cluster may start: too much is gone. */
  readonly flat: boolean;
}

export function judgeData(question: DataQuestion): DataJudgement {
  const faults = question.nodes.flatMap((node) => {
    const found = node.directories.map((directory) => fault(node.id, directory, question)).filter((one) => one !== "");
    return found.length > 0 ? [{ id: node.id, words: `node ${node.id}: ${found.join("; ")}` }] : [];
  });
  const flat = tooMany(
    faults.map(({ id }) => id),
    question,
  );
  const next = (id: number) => (flat ? restore(question) : replace(id, question));
  return { withheld: new Map(faults.map(({ id, words }) => [id, `${words}; ${next(id)}`])), flat };
}

/** As a resource's check tells them, all at once. */
export const dataRefusals = ({ withheld }: DataJudgement): Refusal[] =>
  [...withheld.values()].map((reason) => ({ property: "directory", reason }));

/** "" where nothing is wrong. */
function fault(id: number, { volume, place, holds }: FoundDirectory, { record, clusterId }: DataQuestion): string {
  const noted = record[id]?.[volume];
  if (holds === undefined) return noted === undefined ? "" : `wanted its data in ${place}, found none`;
  if (typeof holds === "string") return `wanted its data in ${place}, found ${holds}`;
  if (holds.nodeId !== undefined && holds.nodeId !== id)
    return `wanted its data in ${place}, found those of node ${holds.nodeId}`;
  if (clusterId !== undefined && holds.clusterId !== undefined && holds.clusterId !== clusterId)
    return `wanted data of cluster ${clusterId} in ${place}, found those of cluster ${holds.clusterId}`;
  const known = noted !== undefined && noted !== ANY_DIRECTORY && holds.directoryId !== ANY_DIRECTORY;
  return known && noted !== holds.directoryId
    ? `wanted directory ${noted} in ${place}, found directory ${holds.directoryId}`
    : "";
}

function tooMany(lost: readonly number[], { record, voters, nodes }: DataQuestion): boolean {
  const lostVoters = voters.filter((id) => lost.includes(id) && record[id] !== undefined);
  if (lostVoters.length > 0 && lostVoters.length > (voters.length - 1) / 2) return true;
  const brokers = nodes.filter(({ id, roles }) => roles.includes("broker") && record[id] !== undefined);
  return brokers.length > 0 && brokers.every(({ id }) => lost.includes(id));
}

const restore = ({ stack }: DataQuestion): string =>
  `the nodes that have their data are too few to continue from: put the data back (is the disk mounted?), then run up again; to begin again with nothing: kafka-stacks down ${stack} --delete-data`;

const replace = (id: number, { stack, cure }: DataQuestion): string =>
  `put the data back (is the disk mounted?), then run up again; if they are lost for good: ${cure?.(id) ?? `kafka-stacks replace-node ${stack} ${id}`}`;

/**
 * The record to decide by. Of a cluster of an earlier release, which noted nothing, every node named has had data as soon as
 * one has some.
 *
 * @param named what was deployed last. @param nodes as found.
 */
export function recordOf(
  noted: NodeData | undefined,
  named: { readonly listeners: readonly string[] },
  nodes: readonly FoundNode[],
): NodeData {
  if (noted) return noted;
  const seen = noteFound({}, nodes);
  if (Object.keys(seen).length === 0) return {};
  const expected = nodes.filter(({ id }) => nodesOf(named).includes(id));
  return {
    ...Object.fromEntries(
      expected.map(({ id, directories }) => [
        id,
        Object.fromEntries(directories.map(({ volume }) => [volume, ANY_DIRECTORY])),
      ]),
    ),
    ...seen,
  };
}

/** Notes the data that nodes have. What is noted and not found stays. */
export function noteFound(record: NodeData, nodes: readonly FoundNode[]): NodeData {
  const seen = nodes.flatMap(({ id, directories }) => {
    const ids = directories.flatMap(({ volume, holds }) =>
      typeof holds === "object" ? [[volume, holds.directoryId] as const] : [],
    );
    return ids.length > 0 ? [[id, { ...record[id], ...Object.fromEntries(ids) }] as const] : [];
  });
  return { ...record, ...Object.fromEntries(seen) };
}

/** `cluster.json` is gone, and with it the cluster's id, ports and passwords. Undefined where no node has data. */
export function strayData(stack: string, keptIn: string, nodes: readonly FoundNode[]): Refusal | undefined {
  const held = nodes.flatMap(({ id, directories }) =>
    directories.flatMap(({ holds }) => (holds === undefined ? [] : [{ id, holds }])),
  );
  if (held.length === 0) return undefined;
  const ids = [...new Set(held.flatMap(({ holds }) => (typeof holds === "object" ? (holds.clusterId ?? []) : [])))];
  const of = ids.length > 0 ? ` of cluster ${ids.join(", ")}` : "";
  const who = [...new Set(held.map(({ id }) => id))].join(", ");
  return {
    property: "directory",
    reason: `wanted cluster.json in ${keptIn}, found none, while node ${who} has data${of}, whose id, ports and passwords stand in it; put it back from a backup, or to begin again with nothing: kafka-stacks down ${stack} --delete-data`,
  };
}
