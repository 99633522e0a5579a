import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { withAnyBroker } from "../../scripts/kafka/cluster.ts";
import { describeQuorum } from "../../scripts/kafka/gaps.ts";
import { as, type Identity, identityOf } from "../../scripts/kafka/identity.ts";
import { readIsr } from "../../scripts/kafka/isr.ts";
import type { AccessOutputs } from "../outputs.ts";
import type { ClusterPlan } from "../plan/types.ts";
import type { RollNode, RollState } from "./roll.ts";
import { RollGate, type RollOptions } from "./roll-gate.ts";

const OBSERVE_TIMEOUT_MS = 5_000;

export interface ClusterGateOptions extends Pick<RollOptions, "isRunning" | "signal"> {
  readonly plan: ClusterPlan;
  /** Beside which resource the gate's messages are shown. */
  readonly component?: pulumi.Resource | undefined;
  /** Known when the first hook runs, as is what follows. */
  readonly access: pulumi.Output<AccessOutputs>;
  bootstrapServers(): readonly string[];
}

/** The gate of a real cluster: it asks Kafka itself what can be spared. */
export function clusterGate(options: ClusterGateOptions): RollGate {
  const { plan, component, bootstrapServers, isRunning, signal } = options;
  let admin: Identity | undefined;
  options.access.apply((access) => {
    admin = identityOf(access, "admin");
  });
  return new RollGate({
    order: plan.restartOrder,
    isRunning,
    signal,
    observe: () => as(admin, () => observe(plan, bootstrapServers())),
    // A hook is called from outside the program; without its context the SDK prints to stdout instead of the engine.
    log: AsyncResource.bind((message: string) => void pulumi.log.info(message, component)),
  });
}

async function observe({ mode }: ClusterPlan, servers: readonly string[]): Promise<RollState> {
  const isr = await readIsr(servers);
  const quorum = mode === "kraft" ? await withAnyBroker(servers, OBSERVE_TIMEOUT_MS, describeQuorum) : null;
  return { isr, quorum };
}

export const nodeResourceName = (plan: Pick<ClusterPlan, "name">, id: number): string => `${plan.name}-node-${id}`;

/**
 * Turns a hook's resource (a node, or what belongs to it) back into the node it stands for. One that the plan no longer has
 * counts as a broker: it is about to go, and a broker is stopped with the most patience.
 */
export function nodeFinder(plan: ClusterPlan): (resource: { readonly name: string }) => RollNode {
  const prefix = nodeResourceName(plan, 0).slice(0, -1);
  return ({ name }) => {
    const id = Number.parseInt(name.slice(prefix.length), 10);
    if (!name.startsWith(prefix) || Number.isNaN(id)) throw new Error(`${name} is no node of ${plan.name}`);
    return plan.nodes.find((node) => node.id === id) ?? { id, roles: ["broker"] };
  };
}
