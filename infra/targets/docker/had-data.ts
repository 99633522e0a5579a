import { type Decisive, nodesOf } from "../../plan/refusals.ts";
import { ANY_DIRECTORY, type FoundNode, type NodeData } from "../decisions/node-data.ts";
import { volumeName } from "./names.ts";

/** Noted of a container before its first start: its volume must be there, whether or not it was formatted. */
export const STARTED = "started";

/** The one data volume that every node has. */
const DATA = "data";

type Members = Pick<Decisive, "listeners" | "voters">;

const idsOf = (cluster: Members): number[] => [...new Set([...cluster.voters, ...nodesOf(cluster)])];

/** Every node of a cluster and whether its volume is on the engine; what a volume holds only its container sees. Pure. */
export function foundVolumes(cluster: Members & { readonly name: string }, volumes: readonly string[]): FoundNode[] {
  const { name, voters } = cluster;
  return idsOf(cluster).map((id) => {
    const place = volumeName(name, id, DATA);
    const roles = [...(nodesOf(cluster).includes(id) ? ["broker"] : []), ...(voters.includes(id) ? ["voter"] : [])];
    const holds = volumes.includes(place) ? { holds: { directoryId: ANY_DIRECTORY } } : {};
    return { id, roles, directories: [{ volume: DATA, place: `volume ${place}`, ...holds }] };
  });
}

/**
 * Which nodes have had data, to decide by and to keep. Pure.
 *
 * 1. A cluster that was not there before has had none.
 * 2. Where an earlier release noted nothing, all nodes that it deployed have.
 * 3. A volume that is gone may have held whatever: it counts as formatted.
 *
 * @param before what was deployed last.
 */
export function hadData(
  before: (Members & { readonly nodeData?: NodeData }) | undefined,
  nodes: readonly FoundNode[],
): NodeData {
  if (!before) return {};
  const deployed = before.nodeData ? [] : idsOf(before);
  const record = { ...before.nodeData };
  for (const { id, directories } of nodes)
    for (const { volume, holds } of directories) {
      const noted = record[id]?.[volume] ?? (deployed.includes(id) ? STARTED : undefined);
      if (noted === undefined) continue;
      record[id] = { ...record[id], [volume]: !holds && noted === STARTED ? ANY_DIRECTORY : noted };
    }
  return record;
}
