import { existsSync } from "node:fs";
import path from "node:path";
import { UserError } from "../infra/errors.ts";
import { type AccessOutputs, accessOutputs, type ClusterOutputs, clusterOutputs } from "../infra/outputs.ts";
import { stateHome } from "../infra/paths.ts";
import type { ClusterPlan } from "../infra/plan/types.ts";
import { operationsOf } from "../infra/program.ts";
import { displayName, NoStackFileError } from "../infra/spec/load.ts";
import { type LoadedStack, loadStackFile, resolveStack } from "../infra/stack-file.ts";
import type { ReadRuntime } from "./kafka/health.ts";
import type { RunInside } from "./kafka/probe/inside.ts";
import { readKnownStack, readStackOutputs } from "./pulumi/outputs.ts";
import { readDown } from "./taken-down.ts";
import { say } from "./ui/output.ts";

export interface OpenStack extends LoadedStack {
  readonly outputs: ClusterOutputs;
  /** How to log in; secret. */
  readonly access: AccessOutputs;
}

/** A stack by its file, or where that is gone as it was deployed last. */
export interface KnownStack extends Pick<LoadedStack, "name" | "file" | "plan"> {
  /** What the file says; undefined where it is gone. */
  readonly loaded: LoadedStack | undefined;
}

/** The stack as its file declares it, or as it was deployed where the file is gone, which is said. @throws UserError */
export async function findStack(argument: string): Promise<KnownStack> {
  try {
    const loaded = loadStackFile(argument);
    return { ...loaded, loaded };
  } catch (error) {
    if (!(error instanceof NoStackFileError)) throw error;
    const { name, file } = resolveStack(argument);
    const deployed = (await readStackOutputs(name)).plan as ClusterPlan | undefined;
    const plan = deployed?.schemaVersion === 1 ? deployed : readDown(name);
    if (plan === undefined) throw keptWithoutPlan(name) ?? error;
    const what = plan === deployed ? "it was deployed" : "it was before it was taken down";
    say(`there is no stack file ${displayName(file)}: taking ${name} as ${what}`);
    return { name, file, plan, loaded: undefined };
  }
}

/** Plain Pulumi or an earlier release took it down: only a stack file can say now where all of it is. */
function keptWithoutPlan(name: string): UserError | undefined {
  const target = clusterOutputs.shape.target.options.find((one) => existsSync(path.join(stateHome(), one, name)));
  if (target === undefined) return undefined;
  return new UserError(
    `the stack file of ${name} is gone and ${name} is down; it ran on ${target}, and ${path.join(stateHome(), target, name)} is kept`,
    `write a file ${name}.yaml with "target: ${target}" and "environment: dev" (and its docker.host or kubernetes section, if it had one); then: kafka-stacks down ${name}.yaml --delete-data, or up with its whole file`,
    2,
  );
}

/** As `openStack`, for what needs no stack file. @throws UserError when it is not up. */
export async function openDeployed(argument: string): Promise<Omit<OpenStack, keyof LoadedStack> & KnownStack> {
  const stack = await findStack(argument);
  const { cluster: outputs, access } = await readDeployed(stack.name, argument);
  await reachCluster(stack.plan, outputs);
  return { ...stack, outputs, access };
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
  const raw = await readKnownStack(name);
  const deployed = deployedIn(raw);
  if (deployed === undefined) {
    if (readDown(name) !== undefined && !existsSync(resolveStack(argument).file))
      throw new UserError(
        `stack ${name} is not up: it was taken down, its data is kept, and its file is gone`,
        `put its file back and run: kafka-stacks up ${argument}; or delete its data: kafka-stacks down ${argument} --delete-data`,
      );
    // A misspelt name is not up either, but to bring it up is no help.
    loadStackFile(argument);
    const why = raw === undefined ? "it was never brought up from here" : "it has no outputs";
    throw new UserError(`stack ${name} is not up: ${why}`, `run: kafka-stacks up ${argument}`);
  }
  return deployed;
}

/** As `readDeployed`; undefined when it is not up. */
export const readIfUp = async (name: string): Promise<Deployed | undefined> => deployedIn(await readKnownStack(name));

function deployedIn(raw: Record<string, unknown> | undefined): Deployed | undefined {
  if (raw?.cluster === undefined) return undefined;
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
