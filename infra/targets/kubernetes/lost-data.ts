/** Claims that had data and are gone, or are others now: what a deployment may do all the same. */
import { type Kept, readKept } from "../decisions/kept.ts";
import { type DataJudgement, judgeData, type NodeData, recordOf } from "../decisions/node-data.ts";
import type { KubeApi } from "./api.ts";
import { type ClaimingNode, foundClaims, readSeenClaims, type SeenClaim } from "./node-claims.ts";
import type { ClusterArgs } from "./resources.ts";

export interface LostData {
  readonly judgement: DataJudgement;
  /** To be kept: which nodes have had data. */
  readonly record: NodeData;
  /** Nodes whose claims are gone, and that must wait while the others start. */
  readonly waiting: readonly ClaimingNode[];
  /** Nodes that must not start, and that nothing keeps from it. */
  readonly refused: readonly string[];
}

/** @param before what was deployed last; undefined for a new cluster. */
export async function lostData(
  api: KubeApi,
  now: ClusterArgs,
  before: Pick<Kept, "voters" | "listeners"> | undefined,
): Promise<LostData> {
  const claims = await readSeenClaims(api, now.namespace, now.name);
  return judgeClaims(now, before, readKept(now.directory)?.nodeData, claims);
}

/** Pure. */
export function judgeClaims(
  now: ClusterArgs,
  before: Pick<Kept, "voters" | "listeners"> | undefined,
  noted: NodeData | undefined,
  claims: readonly SeenClaim[],
): LostData {
  const nodes = claimingNodes(now);
  const found = foundClaims(nodes, claims, noted);
  // Controllers of their own have no listener for clients.
  const listeners = before && [...before.listeners, ...before.voters.map((id) => `VOTER@${id}`)];
  const record = listeners ? recordOf(noted, { listeners }, found) : (noted ?? {});
  const cure = (id: number) => cureOf(now, nodes.find((node) => node.id === id)!, claims);
  const judgement = judgeData({ stack: now.name, record, voters: now.voters, nodes: found, cure });
  const lost = nodes.filter(({ id }) => judgement.withheld.has(id));
  const waiting = judgement.flat ? [] : lost.filter((node) => !node.claims.some((name) => isInTheWay(name, claims)));
  const refused = lost.filter((node) => !waiting.includes(node)).map(({ id }) => judgement.withheld.get(id)!);
  return { judgement, record, waiting, refused };
}

/** A claim of this name would start the node with what it has. */
const isInTheWay = (name: string, claims: readonly SeenClaim[]): boolean =>
  claims.some((claim) => claim.name === name && !claim.withheld);

/** Where another claim has the name, or it is being deleted, `replace-node` needs the others to run, or to be asked first. */
function cureOf(
  { name: stack, namespace }: ClusterArgs,
  { id, claims: own }: ClaimingNode,
  claims: readonly SeenClaim[],
) {
  const inTheWay = own.filter((name) => isInTheWay(name, claims));
  if (inTheWay.length === 0) return undefined;
  return `kafka-stacks replace-node ${stack} ${id}, or while the cluster is down: kubectl -n ${namespace} delete pvc ${inTheWay.join(" ")}, up, and replace-node then`;
}

export function claimingNodes({ voters, listeners, mode, claimNodes }: ClusterArgs): ClaimingNode[] {
  const brokers = new Set(listeners.map((key) => Number(key.split("@")[1])));
  const member = mode === "kraft" ? "controller" : "zookeeper";
  const ids = [...new Set(Object.values(claimNodes ?? {}))].sort((a, b) => a - b);
  return ids.map((id) => ({
    id,
    roles: [...(brokers.has(id) ? ["broker"] : []), ...(voters.includes(id) ? [member] : [])],
    claims: Object.entries(claimNodes ?? {}).flatMap(([name, node]) => (node === id ? [name] : [])),
  }));
}
