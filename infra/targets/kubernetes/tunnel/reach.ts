import { isLedTo, leadTo } from "../../../../scripts/kafka/ways.ts";
import type { KubeAccess } from "../../../../toolchain/kubernetes.ts";
import type { ClusterOutputs } from "../../../outputs.ts";
import { portOf } from "../../container/node.ts";
import { type KubernetesPlanned, podNames } from "../pools.ts";
import type { RolloutArgs } from "../rollout/args.ts";
import { openTunnel, type Tunnel } from "./open.ts";
import type { PodPort } from "./relay.ts";

/** A broker that has no way in, and what it tells clients outside: a port of their own machine. */
export interface Told extends PodPort {
  /** host:port */
  readonly address: string;
}

export interface ReachOptions {
  readonly access: KubeAccess;
  readonly told: readonly Told[];
  tell(line: string): void;
}

/**
 * For as long as this process lives, its Kafka clients reach what the brokers tell. The ports themselves are left alone: any
 * number of commands may run at once, and whatever else has them does not matter.
 */
export async function reachTold({ access, told, tell }: ReachOptions): Promise<void> {
  const fresh = told.filter(({ address }) => !isLedTo(address));
  const { ports } = await openTunnel({ access, ways: fresh.map((one) => ({ ...one, localPort: 0 })), tell });
  for (const [index, { address }] of fresh.entries()) leadTo(address, ports[index]!);
}

/** The very ports that the brokers tell, for clients of any kind. @throws UserError when one is taken. */
export function openTold({ access, told, tell }: ReachOptions): Promise<Tunnel> {
  return openTunnel({ access, ways: told.map((one) => ({ ...one, localPort: portIn(one.address) })), tell });
}

/** The brokers of a deployed cluster. Pure. */
export function toldBy(plan: KubernetesPlanned, outputs: ClusterOutputs): Told[] {
  const { namespace } = plan.kubernetes;
  const pods = podNames(plan);
  const addresses = new Map(outputs.nodes.map(({ id, address }) => [id, address]));
  const brokers = plan.nodes.filter(({ id, roles }) => roles.includes("broker") && addresses.has(id));
  return brokers.map((node) => ({
    namespace,
    pod: pods.get(node.id)!,
    port: portOf(node, plan.security.listeners.outside),
    address: addresses.get(node.id)!,
  }));
}

/** The brokers that a rollout looks after. Pure. */
export function toldOf({ namespace, sets, external, tunnelTo }: RolloutArgs): Told[] {
  if (tunnelTo === undefined) return [];
  const nodes = sets.flatMap((set) => set.nodes).filter(({ id }) => external[id] !== undefined);
  return nodes.map(({ id, pod }) => ({ namespace, pod, port: tunnelTo, address: external[id]! }));
}

const portIn = (address: string): number => Number(address.slice(address.lastIndexOf(":") + 1));
