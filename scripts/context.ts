import { UserError } from "../infra/errors.ts";
import { type AccessOutputs, accessOutputs, type ClusterOutputs, clusterOutputs } from "../infra/outputs.ts";
import type { ClusterPlan } from "../infra/plan/types.ts";
import { operationsOf } from "../infra/program.ts";
import { type LoadedStack, loadStackFile } from "../infra/stack-file.ts";
import type { ReadRuntime } from "./kafka/health.ts";
import type { RunInside } from "./kafka/probe/inside.ts";
import { readStackOutputs } from "./pulumi/outputs.ts";
import { say } from "./ui/output.ts";

export interface OpenStack extends LoadedStack {
  readonly outputs: ClusterOutputs;
  /** How to log in; secret. */
  readonly access: AccessOutputs;
}

/** The stack as it is declared and as it was deployed, ready to be talked to. @throws UserError when it is not up. */
export async function openStack(argument: string): Promise<OpenStack> {
  const stack = loadStackFile(argument);
  const { cluster: outputs, access } = await readDeployed(stack.name, argument);
  await reachCluster(stack.plan, outputs);
  return { ...stack, outputs, access };
}

/** Opens the way to a cluster that has none of its own; before anything here talks to Kafka. */
export async function reachCluster(plan: ClusterPlan, outputs: ClusterOutputs): Promise<void> {
  await (await operationsOf(plan)).reach?.(plan, outputs, say);
}

export interface Deployed {
  readonly cluster: ClusterOutputs;
  readonly access: AccessOutputs;
  /** As it was deployed; undefined by an earlier release. */
  readonly plan: ClusterPlan | undefined;
}

/** Outputs of a deployed stack, checked against their schema. @throws UserError when it is not up. */
export async function readDeployed(name: string, argument = name): Promise<Deployed> {
  const raw = await readStackOutputs(name);
  if (raw.cluster === undefined) {
    // A misspelt name is not up either, but to bring it up is no help.
    loadStackFile(argument);
    throw new UserError(`stack ${name} is not up: it has no outputs`, `run: kafka-stacks up ${argument}`);
  }
  return {
    cluster: clusterOutputs.parse(raw.cluster),
    // A cluster of an earlier release has none, and was open.
    access: raw.access === undefined ? OPEN : accessOutputs.parse(raw.access),
    // Of what this program wrote itself, no schema is checked.
    plan: raw.plan as ClusterPlan | undefined,
  };
}

const OPEN: AccessOutputs = { schemaVersion: 1, profile: "plaintext", authority: null, identities: [] };

/** Without how to log in. @throws UserError when it is not up. */
export const readOutputs = async (name: string, argument = name): Promise<ClusterOutputs> =>
  (await readDeployed(name, argument)).cluster;

/** Asks the target about its nodes; undefined where it knows no more than they do. */
export async function runtimeOf(plan: ClusterPlan): Promise<ReadRuntime | undefined> {
  const { nodeStates } = await operationsOf(plan);
  return nodeStates && (() => nodeStates(plan));
}

/** Runs scripts where clients inside the cluster's network are; undefined where that is no other place. */
export async function insideOf(plan: ClusterPlan): Promise<RunInside | undefined> {
  const { runInside } = await operationsOf(plan);
  return runInside && ((request, signal) => runInside(plan, request, signal));
}
