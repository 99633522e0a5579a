import { recordData } from "../../decisions/data-record.ts";
import { readKept } from "../../decisions/kept.ts";
import { type DataJudgement, judgeData, type NodeData } from "../../decisions/node-data.ts";
import type { KubeApi } from "../api.ts";
import { clusterDirectory } from "../cluster-args.ts";
import { type ClaimingNode, foundClaims, readSeenClaims, type SeenClaim } from "../node-claims.ts";
import type { RolloutArgs } from "./args.ts";
import { RolloutFailure } from "./failure.ts";
import { isClaimOf, type Live } from "./live.ts";

type Nodes = Pick<RolloutArgs, "sets" | "claims">;

function claimingNodes({ sets, claims }: Nodes): ClaimingNode[] {
  const names = Object.keys(claims);
  return sets
    .flatMap(({ nodes }) => nodes)
    .map(({ id, roles, pod }) => ({ id, roles, claims: names.filter((name) => isClaimOf(name, pod)) }));
}

/** Whether the nodes of a rollout have the data that is noted. Pure. */
export function judgeRollout(
  args: Nodes & Pick<RolloutArgs, "name">,
  record: NodeData,
  claims: readonly SeenClaim[],
): DataJudgement {
  const nodes = claimingNodes(args);
  const members = nodes.filter(({ roles }) => roles.includes("controller") || roles.includes("zookeeper"));
  const voters = members.map(({ id }) => id);
  return judgeData({ stack: args.name, record, voters, nodes: foundClaims(nodes, claims, record) });
}

/**
 * Notes which claims the nodes have, as soon as they have volumes: from then on their pods may acknowledge records. A node
 * whose claim is another than noted, or goes, stays noted as it was.
 */
export function noteClaims(args: RolloutArgs, { claims }: Pick<Live, "claims">): void {
  const directory = clusterDirectory(args.name);
  const record = readKept(directory)?.nodeData ?? {};
  const { withheld } = judgeRollout(args, record, claims);
  const found = foundClaims(claimingNodes(args), claims, record);
  recordData(
    directory,
    found.filter(({ id }) => !withheld.has(id)),
    found,
  );
}

/**
 * That a node has its data, immediately before its pod goes: another pod would begin with what is there now.
 *
 * @throws RolloutFailure
 */
export async function requireNodeData(api: KubeApi, args: RolloutArgs, id: number): Promise<void> {
  const claims = await readSeenClaims(api, args.namespace, args.name);
  const record = readKept(clusterDirectory(args.name))?.nodeData ?? {};
  const reason = judgeRollout(args, record, claims).withheld.get(id);
  if (reason === undefined) return;
  const [message = "", ...next] = reason.split("; ");
  throw new RolloutFailure(`${message}; its pod was not replaced`, next.join("; "));
}
