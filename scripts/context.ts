import { UserError } from "../infra/errors.ts";
import { type ClusterOutputs, clusterOutputs } from "../infra/outputs.ts";
import type { ClusterPlan } from "../infra/plan/types.ts";
import { operationsOf } from "../infra/program.ts";
import { type LoadedStack, loadStackFile } from "../infra/stack-file.ts";
import type { ReadRuntime } from "./kafka/health.ts";
import type { RunInside } from "./kafka/probe/inside.ts";
import { readStackOutputs } from "./pulumi/outputs.ts";
import { say } from "./ui/output.ts";

export interface OpenStack extends LoadedStack {
  readonly outputs: ClusterOutputs;
}

/** The stack as it is declared and as it was deployed, ready to be talked to. @throws UserError when it is not up. */
export async function openStack(argument: string): Promise<OpenStack> {
  const stack = loadStackFile(argument);
  const outputs = await readOutputs(stack.name, argument);
  await reachCluster(stack.plan, outputs);
  return { ...stack, outputs };
}

/** Opens the way to a cluster that has none of its own; before anything here talks to Kafka. */
export async function reachCluster(plan: ClusterPlan, outputs: ClusterOutputs): Promise<void> {
  await (await operationsOf(plan)).reach?.(plan, outputs, say);
}

/** Outputs of a deployed stack, checked against their schema. @throws UserError when it is not up. */
export async function readOutputs(name: string, argument = name): Promise<ClusterOutputs> {
  const raw = await readStackOutputs(name);
  if (raw.cluster === undefined) {
    // A misspelt name is not up either, but to bring it up is no help.
    loadStackFile(argument);
    throw new UserError(`stack ${name} is not up: it has no outputs`, `run: kafka-stacks up ${argument}`);
  }
  return clusterOutputs.parse(raw.cluster);
}

/** Asks the target about its nodes; undefined where it knows no more than they do. */
export async function runtimeOf(plan: ClusterPlan): Promise<ReadRuntime | undefined> {
  const { nodeStates } = await operationsOf(plan);
  return nodeStates && (() => nodeStates(plan));
}

/** Runs scripts where clients inside the cluster's network are; undefined where that is no other place. */
export async function insideOf(plan: ClusterPlan): Promise<RunInside | undefined> {
  const { runInside } = await operationsOf(plan);
  return runInside && ((script, signal) => runInside(plan, script, signal));
}
