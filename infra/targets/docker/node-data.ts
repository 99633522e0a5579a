import type Docker from "dockerode";
import type { ClusterPlan, NodePlan } from "../../plan/types.ts";
import { HAD_DATA, hadData } from "../container/had-data.ts";
import { DATA_ROOT } from "../container/node.ts";
import { recordData } from "../decisions/data-record.ts";
import { readKept } from "../decisions/kept.ts";
import { ANY_DIRECTORY, type FoundNode, type NodeData } from "../decisions/node-data.ts";
import { clusterDirectory } from "./data.ts";
import { runInContainer } from "./exec.ts";
import { STARTED } from "./had-data.ts";
import { containerName, volumeName } from "./names.ts";
import { putFiles } from "./provider/put-files.ts";

/** What is noted of a node's data; undefined where nothing is. */
export const noted = (directory: string, nodeId: number): NodeData[string] | undefined =>
  readKept(directory)?.nodeData?.[nodeId];

/** Before a container starts: from then on it may acknowledge a record. What is known better already stays. */
export function noteStart({ name }: Pick<ClusterPlan, "name">, node: NodePlan): void {
  const known = noted(clusterDirectory(name), node.id) ?? {};
  const ids = Object.fromEntries(node.volumes.map((volume) => [volume.name, known[volume.name] ?? STARTED]));
  recordData(clusterDirectory(name), [found(name, node, ids)]);
}

/**
 * Once a container serves: which directories it has is noted beside the state, and beside its configuration for the entry
 * point. A container that does not serve, or a cluster that is not kept here, is left alone.
 */
export async function noteServing(docker: Docker, { name }: Pick<ClusterPlan, "name">, node: NodePlan): Promise<void> {
  const directory = clusterDirectory(name);
  if (!readKept(directory)) return;
  const known = noted(directory, node.id) ?? {};
  if (node.volumes.every((volume) => isId(known[volume.name]))) return;
  const container = docker.getContainer(containerName(name, node.id));
  const { State, Image } = await container.inspect();
  if (State.Health?.Status !== "healthy") return;
  const ids = await directoryIds(container, node);
  if (isSame(ids, known)) return;
  // First: what is noted is not looked at again.
  await putFiles(docker, Image, volumeName(name, node.id, "config"), { [HAD_DATA]: markOf(name, node.id, ids) });
  recordData(directory, [found(name, node, ids)]);
}

/** @param ids by the name of the volume. One that never served may be formatted yet. */
export function markOf(stack: string, nodeId: number, ids: NodeData[string]): string {
  const served = Object.entries(ids).filter(([, id]) => id !== STARTED);
  const paths = served.map(([volume, id]) => [`${DATA_ROOT}/${volume}`, id] as const);
  return hadData(Object.fromEntries(paths), `kafka-stacks replace-node ${stack} ${nodeId}`);
}

const isId = (noted: string | undefined): boolean =>
  noted !== undefined && noted !== ANY_DIRECTORY && noted !== STARTED;

const isSame = (some: NodeData[string], others: NodeData[string]): boolean =>
  Object.entries(some).every(([volume, id]) => others[volume] === id);

const found = (stack: string, { id, roles, volumes }: NodePlan, ids: NodeData[string]): FoundNode => ({
  id,
  roles,
  directories: volumes.flatMap(({ name }) => {
    const directoryId = ids[name];
    return directoryId === undefined
      ? []
      : [{ volume: name, place: `volume ${volumeName(stack, id, name)}`, holds: { directoryId, nodeId: id } }];
  }),
});

/** In mode zookeeper data has no id. */
async function directoryIds(container: Docker.Container, { volumes }: NodePlan): Promise<NodeData[string]> {
  const ids = volumes.map(async ({ name }) => {
    const { stdout } = await runInContainer(container, ["cat", `${DATA_ROOT}/${name}/meta.properties`]);
    return [name, /^directory\.id=(\S+)/m.exec(stdout)?.[1] ?? ANY_DIRECTORY] as const;
  });
  return Object.fromEntries(await Promise.all(ids));
}
