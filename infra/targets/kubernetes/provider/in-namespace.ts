import type { ClusterInputs } from "../../decisions/kept.ts";
import type { PortSpace } from "../../decisions/ports.ts";
import { type KubeApi, kubeApi } from "../api.ts";
import { Forbidden } from "../api-errors.ts";
import { KEY } from "../names.ts";
import type { ClusterArgs } from "../resources.ts";
import { readClusterId } from "../survey/cluster.ts";
import { readClaims, readNodePorts } from "../survey/objects.ts";
import { moved } from "./refusals.ts";

/** Another current context leads elsewhere. @throws Error before anything there is taken for ours. */
export async function requireSameCluster(
  args: Pick<ClusterArgs, "context" | "name" | "namespace" | "kubernetesId">,
): Promise<void> {
  const kubernetesId = await readClusterId(kubeApi(args.context));
  const [refusal] = moved(args, { ...args, kubernetesId });
  if (refusal) throw new Error(refusal.reason);
}

/** What the volumes of a cluster tell of it, where nothing else is left: its id, its mode and its nodes. */
export interface Traces {
  readonly clusterId: string;
  readonly shape: Pick<ClusterInputs, "mode" | "voters" | "listeners">;
  readonly claims: readonly { readonly name: string; readonly node: number }[];
}

/**
 * Traces of a stack in its namespace; undefined when it has no data there.
 *
 * @param left brokers that have left: what their claims hold is nobody's need.
 */
export async function tracesOf(
  api: KubeApi,
  namespace: string,
  stack: string,
  left: readonly number[] = [],
): Promise<Traces | undefined> {
  const claims = (await readClaims(api, namespace)).filter(({ labels }) => labels[KEY.stack] === stack);
  const [first] = claims;
  if (!first) return undefined;
  const nodes = claims.map(({ name, annotations }) => {
    const [base, stride] = (annotations[KEY.nodeIds] ?? "0 1").split(" ").map(Number) as [number, number];
    const id = base + stride * Number(name.slice(name.lastIndexOf("-") + 1));
    return { name, id, roles: (annotations[KEY.roles] ?? "").split(" ") };
  });
  const staying = nodes.filter(({ id }) => !left.includes(id));
  const having = (...roles: string[]) =>
    staying
      .filter((node) => node.roles.some((role) => roles.includes(role)))
      .map(({ id }) => id)
      .sort((a, b) => a - b);
  return {
    clusterId: first.annotations[KEY.clusterId] ?? "",
    shape: {
      mode: first.annotations[KEY.mode] === "zookeeper" ? "zookeeper" : "kraft",
      voters: having("controller", "zookeeper"),
      listeners: having("broker").map((id) => `EXTERNAL@${id}`),
    },
    claims: staying.map(({ name, id }) => ({ name, node: id })),
  };
}

/** From which the API server gives node ports, unless it was started with another range. */
const NODE_PORTS = [30_000, 32_767] as const;

/** Ports of the cluster's machines. Where other namespaces may not be read, a taken one is refused when it is asked for. */
export async function nodePorts(api: KubeApi, stack: string): Promise<PortSpace> {
  const taken = await readNodePorts(api).catch((error: unknown) => {
    if (error instanceof Forbidden) return [];
    throw error;
  });
  const holder = (port: number) => taken.find((one) => one.port === port && one.stack !== stack)?.service;
  return {
    range: NODE_PORTS,
    isFree: async (port) => holder(port) === undefined,
    async require(port, listener) {
      const service = holder(port);
      if (service === undefined) return;
      throw new Error(
        `kubernetes.ports: Service ${service} has node port ${port}, wanted for ${listener}; choose another port, or take it away from there`,
      );
    },
  };
}
