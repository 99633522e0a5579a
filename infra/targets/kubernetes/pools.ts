import type { ClusterPlan, KubernetesPlan, NodePlan, Role } from "../../plan/types.ts";
import { names } from "./names.ts";

/** A plan whose target is kubernetes. */
export type KubernetesPlanned = ClusterPlan & { readonly kubernetes: KubernetesPlan };

export type PoolKind = "combined" | "broker" | "controller" | "zookeeper";

/** Nodes that one StatefulSet runs: of the same roles and, where there are racks, of the same rack. */
export interface Pool {
  /** `broker`, or with racks `broker-<index of the rack>`. */
  readonly name: string;
  readonly statefulSet: string;
  readonly kind: PoolKind;
  readonly roles: readonly Role[];
  readonly rack: string | null;
  /** A pod's ordinal gives its node id: idBase + idStride × ordinal. */
  readonly idBase: number;
  readonly idStride: number;
  readonly firstOrdinal: number;
  /** Ascending by id. */
  readonly nodes: readonly NodePlan[];
}

type Plan = Pick<KubernetesPlanned, "name" | "nodes" | "kubernetes">;

/**
 * The pools of a plan. Pure. Growing a pool only appends to it: no node changes its pod, and no pod its node.
 *
 * Without racks a pod's ordinal is its node id. With racks every rack counts from 0, since ordinals are without gaps and
 * the ids of one rack are not.
 */
export function poolsOf({ name: stack, nodes, kubernetes }: Plan): Pool[] {
  const { racks } = kubernetes;
  const groups = Map.groupBy(nodes, (node) => poolName(node, racks));
  return [...groups].map(([name, members]) => {
    const [first] = members as [NodePlan, ...NodePlan[]];
    const inRack = first.rack !== null;
    return {
      name,
      statefulSet: names.group(stack, name),
      kind: kindOf(first),
      roles: first.roles,
      rack: first.rack,
      idBase: inRack ? first.id : 0,
      idStride: inRack ? racks.length : 1,
      firstOrdinal: inRack ? 0 : first.id,
      nodes: members,
    };
  });
}

/** Pods by node id. */
export function podNames(plan: Plan): ReadonlyMap<number, string> {
  return new Map(
    poolsOf(plan).flatMap(({ statefulSet, idBase, idStride, nodes }) =>
      nodes.map(({ id }) => [id, `${statefulSet}-${(id - idBase) / idStride}`] as const),
    ),
  );
}

export function podName(plan: Plan, nodeId: number): string {
  const found = podNames(plan).get(nodeId);
  if (found === undefined) throw new Error(`${plan.name} has no node ${nodeId}`);
  return found;
}

export const claimName = (plan: Plan, nodeId: number, volume: string): string =>
  names.claim(podName(plan, nodeId), volume);

function poolName(node: NodePlan, racks: readonly string[]): string {
  const kind = kindOf(node);
  return node.rack === null ? kind : `${kind}-${racks.indexOf(node.rack)}`;
}

const kindOf = ({ roles }: NodePlan): PoolKind => (roles.length > 1 ? "combined" : (roles[0] as PoolKind));
