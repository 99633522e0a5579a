import { CoreV1Api } from "@kubernetes/client-node";
import type { NodePlan } from "../../../infra/plan/types.ts";
import type { Deployed } from "../../../scripts/context.ts";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { addressesOf, doorsOf, doorsToTry, doorTo, isAlwaysOpen } from "../../helpers/doors.ts";
import type { NodePod } from "../../helpers/kube.ts";
import { reachRow } from "../../helpers/outpost.ts";
import { clientTables, type Refusal, type Row, tryRefusals, tryRow } from "../../helpers/refusals.ts";
import { attackedFrom, type Place } from "../security/attacked.ts";
import { podIn } from "./outpost.ts";

interface Tried extends Pick<Place, "directory" | "user" | "own"> {
  readonly name: string;
  readonly namespace: string;
  readonly nodes: readonly NodePlan[];
  readonly pods: ReadonlyMap<number, NodePod>;
  readonly deployed: Deployed;
}

/** The namespace of who has no business with the cluster. */
export const outsiders = (namespace: string): string => `${namespace}-outsiders`;

/** Where clients are let in; a network policy may keep everybody else from every other listener. */
const FOR_CLIENTS = ["INTERNAL_TLS", "EXTERNAL_TLS"];

/**
 * The table of refusals, tried on a cluster of pods: at the way in from this machine, at the other listeners from a pod in
 * another namespace. Where network policies are enforced, it gets no answer from the nodes' own listeners; where nobody
 * enforces them, as on a small cluster, TLS and logins have to refuse it.
 */
export async function tryPods(access: KubeAccess, tried: Tried): Promise<Refusal[]> {
  const { name, namespace, nodes, pods, deployed } = tried;
  const { spec } = await access.config
    .makeApiClient(CoreV1Api)
    .readNamespacedPod({ name: pods.get(nodes[0]!.id)!.name, namespace });
  const doors = doorsOf(nodes, (id) => `${pods.get(id)!.name}.${name}-nodes.${namespace}.svc.cluster.local`);
  const where = {
    namespace: outsiders(namespace),
    image: spec!.containers[0]!.image!,
    machine: new URL(`kafka://${deployed.cluster.bootstrapServers[0]}`).hostname,
  };
  const outsider = await podIn(access, where, {
    tried: addressesOf(doors),
    led: addressesOf(doorsToTry(doors)),
  });
  try {
    const rows: Row[] = doors.flatMap((door) => {
      const { address, listener, onLoopback } = door;
      if (onLoopback) return reachRow("another namespace", outsider, address, ["refused", "no answer"]);
      if (FOR_CLIENTS.includes(listener)) return reachRow("another namespace", outsider, address);
      return isAlwaysOpen(door) ? { ...reachRow("another namespace", outsider, address), passesBy: ["no answer"] } : [];
    });
    const reached = await Promise.all(rows.map(tryRow));
    const at: Place["at"] = (listener) => doorTo(listener, doors);
    const attacked = attackedFrom({ ...tried, at, from: outsider.address }, deployed);
    const isDropped = outsider.seen.get(attacked.replication) === "no answer";
    return [...reached, ...(await tryRefusals(attacked, isDropped ? clientTables : undefined))];
  } finally {
    await outsider.remove();
  }
}
