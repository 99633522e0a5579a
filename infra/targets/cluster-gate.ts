import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { readGateState, readStrictGateState } from "../../scripts/kafka/gate-state.ts";
import { as, type Identity, identityOf } from "../../scripts/kafka/identity.ts";
import { recoveryOf } from "../../scripts/ops/gate/recovery.ts";
import type { GateNode, GateState } from "../../scripts/ops/gate/state.ts";
import type { AccessOutputs } from "../outputs.ts";
import { poolOf } from "../plan/nodes.ts";
import type { ClusterPlan } from "../plan/types.ts";
import { RollGate, type RollOptions } from "./roll-gate.ts";

export interface ClusterGateOptions extends Pick<RollOptions, "isRunning" | "signal"> {
  readonly plan: ClusterPlan;
  /** Beside which resource the gate's messages are shown. */
  readonly component?: pulumi.Resource | undefined;
  /** Known when the first hook runs, as is what follows. */
  readonly access: pulumi.Output<AccessOutputs>;
  bootstrapServers(): readonly string[];
  /** Of a node that runs: whether it has served since its start. Absent where it cannot be told: then it has. */
  hasServed?(id: number): Promise<boolean>;
  /** The last lines that a node logged; "" where there are none. */
  nodeLog(id: number): Promise<string>;
}

/** The gate of a real cluster: it asks Kafka itself what can be spared. */
export function clusterGate(options: ClusterGateOptions): RollGate {
  const { plan, component, bootstrapServers, isRunning, hasServed, nodeLog, signal } = options;
  let admin: Identity | undefined;
  options.access.apply((access) => {
    admin = identityOf(access, "admin");
  });
  const kraft = plan.mode === "kraft";
  return new RollGate({
    order: plan.restartOrder,
    terms: plan,
    isRunning,
    // A start that loads logs would begin again.
    ...(hasServed && {
      neverServed: async (id: number) => !(await hasServed(id)) && recoveryOf(await nodeLog(id)) === undefined,
    }),
    signal,
    observe: async () => {
      const state = await as(admin, () => readGateState(bootstrapServers(), kraft));
      return { ...state, recovering: await recovering(state, options) };
    },
    observeStrictly: () => as(admin, () => readStrictGateState(bootstrapServers(), kraft)),
    elect: async (partitions) => {
      // Kafka's second client takes half a second to load, and most deployments restart nothing.
      const { electPreferredLeaders } = await import("../../scripts/kafka/elect-leaders.ts");
      await as(admin, () => electPreferredLeaders(bootstrapServers(), kraft, partitions));
    },
    // A hook is called from outside the program; without its context the SDK prints to stdout instead of the engine.
    log: AsyncResource.bind((message: string) => void pulumi.log.info(message, component)),
  });
}

/** A broker that runs and is not registered may be loading its logs: nobody but its own log tells. */
async function recovering(
  { brokers }: Pick<GateState, "brokers">,
  { plan, isRunning, nodeLog }: ClusterGateOptions,
): Promise<ReadonlyMap<number, string>> {
  const away = plan.nodes.filter(({ id, roles }) => roles.includes("broker") && !brokers.includes(id));
  const told = await Promise.all(
    away.map(async ({ id }) => [id, (await isRunning(id)) ? recoveryOf(await nodeLog(id)) : undefined] as const),
  );
  return new Map(told.flatMap(([id, words]) => (words === undefined ? [] : [[id, words] as const])));
}

export const nodeResourceName = (plan: Pick<ClusterPlan, "name">, id: number): string => `${plan.name}-node-${id}`;

/**
 * Turns a hook's resource (a node, or what belongs to it) back into the node it stands for. Of one that the plan no longer has
 * the id tells the role; nodes with two roles count as brokers, which are stopped with the most patience.
 */
export function nodeFinder(plan: ClusterPlan): (resource: { readonly name: string }) => GateNode {
  const prefix = nodeResourceName(plan, 0).slice(0, -1);
  return ({ name }) => {
    const id = Number.parseInt(name.slice(prefix.length), 10);
    if (!name.startsWith(prefix) || Number.isNaN(id)) throw new Error(`${name} is no node of ${plan.name}`);
    return plan.nodes.find((node) => node.id === id) ?? { id, roles: [poolOf(id)] };
  };
}
