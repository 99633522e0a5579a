import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { withAnyBroker } from "../../scripts/kafka/cluster.ts";
import { describeQuorum } from "../../scripts/kafka/gaps.ts";
import { readIsr } from "../../scripts/kafka/isr.ts";
import type { ClusterPlan } from "../plan/types.ts";
import type { RollNode } from "./roll.ts";
import { RollGate, type RollOptions } from "./roll-gate.ts";

const OBSERVE_TIMEOUT_MS = 5_000;

export interface ClusterGateOptions extends Pick<RollOptions, "isRunning" | "signal"> {
  readonly plan: ClusterPlan;
  /** Beside which resource the gate's messages are shown. */
  readonly component?: pulumi.Resource | undefined;
  /** Known when the first hook runs. */
  bootstrapServers(): readonly string[];
}

/** The gate of a real cluster: it asks Kafka itself what can be spared. */
export function clusterGate({ plan, component, bootstrapServers, isRunning, signal }: ClusterGateOptions): RollGate {
  return new RollGate({
    order: plan.restartOrder,
    isRunning,
    signal,
    observe: async () => {
      const servers = bootstrapServers();
      const isr = await readIsr(servers);
      const quorum = plan.mode === "kraft" ? await withAnyBroker(servers, OBSERVE_TIMEOUT_MS, describeQuorum) : null;
      return { isr, quorum };
    },
    // A hook is called from outside the program; without its context the SDK prints to stdout instead of the engine.
    log: AsyncResource.bind((message: string) => void pulumi.log.info(message, component)),
  });
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
