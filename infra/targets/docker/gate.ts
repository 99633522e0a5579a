import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import type { GateNode } from "../../../scripts/ops/gate/state.ts";
import type { AccessOutputs } from "../../outputs.ts";
import type { ClusterPlan, NodePlan } from "../../plan/types.ts";
import { clusterGate, nodeFinder } from "../cluster-gate.ts";
import { type Emptied, Emptying } from "../emptying.ts";
import { StopQueue } from "../stop-queue.ts";
import { ContainerRoll } from "./container-roll.ts";
import { forgetNode, renewVolumes } from "./empty-node.ts";
import { wayBack } from "./migration/leave.ts";
import { containerName } from "./names.ts";
import { noteServing, noteStart } from "./node-data.ts";
import { STOP_SECONDS } from "./render.ts";
import { hasServed, isUp } from "./runs.ts";
import { waitUntilServing, whyHopeless } from "./serving.ts";
import { stopContainer } from "./stop.ts";

export interface DockerGateOptions {
  readonly plan: ClusterPlan;
  readonly docker: Docker;
  readonly component?: pulumi.Resource;
  readonly access: pulumi.Output<AccessOutputs>;
  bootstrapServers(): readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly emptied?: Emptied | undefined;
  /** The whole cluster is taken down: nothing is spared, but all of it in order. */
  readonly destroying?: boolean;
}

export interface DockerHooks {
  readonly container: pulumi.ResourceHookBinding;
  /** A node's new files are written when its turn has come: until then a restart takes up the old ones. */
  readonly files: pulumi.ResourceHookBinding;
  /** To be called for every container: its turn ends when the engine has done with it. @returns when that is so; it never fails. */
  follow(node: GateNode, container: pulumi.Resource): pulumi.Output<void>;
}

/**
 * Resource hooks that make a plain `pulumi up` a roll, and a plain `pulumi destroy` an orderly stop. A container that
 * changes is deleted and created, so the gate stands before the deletion and opens after the creation, when the new one
 * is healthy.
 */
export function dockerGate(options: DockerGateOptions): DockerHooks {
  const { plan, docker } = options;
  const nodeOf = nodeFinder(plan);
  const gate = clusterGate({
    ...options,
    isRunning: (id) => isRunning(docker, containerName(plan.name, id)),
    hasServed: (id) => hasServed(docker, containerName(plan.name, id)),
    nodeLog: (id) => lastLines(docker, containerName(plan.name, id)),
  });
  const stops = new StopQueue((name, graceMs) => stopContainer(docker, name, graceMs));
  // A hook is called from outside the program; without its context the SDK prints to stdout instead of the engine.
  const info = AsyncResource.bind((message: string) => void pulumi.log.info(message, options.component));
  const failed = AsyncResource.bind((message: string) => void pulumi.log.error(message, options.component));
  const back = wayBack(docker, plan, info);
  const plannedOf = ({ id }: GateNode) => plan.nodes.filter((node) => node.id === id);
  const note = (node: NodePlan) =>
    noteServing(docker, plan, node).catch((error: Error) =>
      pulumi.log.warn(
        `the data of node ${node.id} were not noted (${error.message}), so it would not be told if they were gone; the next up tries again`,
        options.component,
      ),
    );
  const emptying = new Emptying({
    gate,
    nodeId: plan.replaces,
    emptied: options.emptied,
    stop: ({ id }) => stopContainer(docker, containerName(plan.name, id), STOP_SECONDS * 1_000),
    forget: ({ id }) => forgetNode(docker, plan, id),
    empty: ({ id }) => renewVolumes(docker, plan, id),
  });
  const roll = new ContainerRoll({
    gate,
    back,
    emptying,
    isPlanned: (node) => plannedOf(node).length > 0,
    stop: ({ id, roles }) => stops.stop(containerName(plan.name, id), roles),
    destroying: options.destroying ?? false,
  });
  const hook = (what: string, act: (node: GateNode) => void | Promise<void>) =>
    new pulumi.ResourceHook(`${plan.name}-${what}`, (args) => act(nodeOf(args)));
  const onError = [
    new pulumi.ErrorHook(`${plan.name}-failed`, (args) => {
      gate.fail(nodeOf(args).id);
      return false;
    }),
  ];
  /** Nodes of which it was said already that they do not serve. */
  const told = new Set<number>();
  /**
   * Waits for a container that was started. It never fails: after a hook that fails the engine forgets a container that it has
   * just created. An error in the log fails the deployment all the same.
   */
  const serves = async (node: GateNode, then: () => Promise<void>): Promise<void> => {
    const log = (message: string) => info(`node ${node.id}: ${message}`);
    const serving = waitUntilServing(docker, containerName(plan.name, node.id), { log, signal: options.signal });
    const why = (error: Error) => new Error(`node ${node.id} does not serve: ${error.message}`);
    await serving
      .catch((error: Error) => Promise.reject(why(error)))
      .then(then)
      .catch((error: Error) => {
        gate.fail(node.id);
        told.add(node.id);
        if (!options.signal?.aborted) failed(error.message);
      });
  };
  /** One that an earlier run left in a crash loop and that this one does not change: the roll has nothing to go on. */
  const judge = async (node: GateNode): Promise<void> => {
    const why = await whyHopeless(docker, containerName(plan.name, node.id)).catch(() => undefined);
    if (why === undefined || told.has(node.id)) return;
    gate.fail(node.id);
    await pulumi.log.warn(`node ${node.id} does not serve: ${why}`, options.component);
  };
  // Named by the states of earlier versions.
  hook("stopped", () => {});
  return {
    container: {
      beforeDelete: [hook("may-stop", (node) => roll.beforeDelete(node))],
      beforeCreate: [
        hook("starts", async (node) => {
          await roll.beforeCreate(node);
          for (const planned of plannedOf(node)) noteStart(plan, planned);
        }),
      ],
      afterCreate: [hook("serves", (node) => serves(node, () => roll.afterCreate(node)))],
      // In place: it may have been started again.
      afterUpdate: [hook("updated", (node) => serves(node, async () => {}))],
      onError,
    },
    files: {
      beforeUpdate: [hook("may-change", (node) => roll.beforeFiles(node))],
      afterUpdate: [hook("changed", (node) => roll.afterFiles(node))],
      onError,
    },
    follow(node, { urn }) {
      const done = urn.apply(async () => {
        await roll.answered(node).catch((error: Error) => failed(error.message));
        if (pulumi.runtime.isDryRun()) return;
        await judge(node);
        for (const planned of plannedOf(node)) await note(planned);
      });
      // Why a container failed stands beside it.
      return pulumi.recover(done, () => roll.failed(node));
    },
  };
}

async function isRunning(docker: Docker, name: string): Promise<boolean> {
  return docker
    .getContainer(name)
    .inspect()
    .then(
      ({ State }) => isUp(State),
      (error: { readonly statusCode?: number }) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
}

/** With the engine's frame headers between the lines, which nobody who searches them minds. */
async function lastLines(docker: Docker, name: string): Promise<string> {
  const lines = await docker
    .getContainer(name)
    .logs({ stdout: true, stderr: true, tail: 50, follow: false })
    .catch(() => "");
  return lines.toString();
}
