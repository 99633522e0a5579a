import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import type { GateNode } from "../../../scripts/ops/gate/state.ts";
import type { AccessOutputs } from "../../outputs.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { clusterGate, nodeFinder } from "../cluster-gate.ts";
import { StopQueue } from "../stop-queue.ts";
import { wayBack } from "./migration/leave.ts";
import { containerName } from "./names.ts";
import { stopContainer } from "./stop.ts";

export interface DockerGateOptions {
  readonly plan: ClusterPlan;
  readonly docker: Docker;
  readonly component?: pulumi.Resource;
  readonly access: pulumi.Output<AccessOutputs>;
  bootstrapServers(): readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** The whole cluster is taken down: nothing is spared, but all of it in order. */
  readonly destroying?: boolean;
}

/** The engine's steps of one change follow each other at once; one that has not come by then will not come. */
const NEXT_STEP_MS = 2_000;
/** Taking a slow replacement for the end of the cluster would take down all nodes at once: rather wait far too long. */
const GONE_MS = 20_000;

export interface DockerHooks {
  readonly container: pulumi.ResourceHookBinding;
  /** A node's new files are written when its turn has come: until then a restart takes up the old ones. */
  readonly files: pulumi.ResourceHookBinding;
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
    nodeLog: (id) => lastLines(docker, containerName(plan.name, id)),
  });
  const stops = new StopQueue((name, graceMs) => stopContainer(docker, name, graceMs));
  const back = wayBack(
    docker,
    plan,
    AsyncResource.bind((message: string) => void pulumi.log.info(message, options.component)),
  );
  const isPlanned = ({ id }: GateNode) => plan.nodes.some((node) => node.id === id);
  /** Nodes whose container is being replaced, by what has begun last. */
  const replacing = new Map<number, "delete" | "create">();
  let { destroying = false } = options;

  const beforeDelete = async (node: GateNode): Promise<void> => {
    replacing.set(node.id, "delete");
    const leaves = !isPlanned(node);
    if (!destroying && !leaves) await gate.enter(node);
    if (destroying || leaves) await stops.stop(containerName(plan.name, node.id), node.roles);
    if (!destroying && leaves) await back.afterStop(node);
  };
  // No creation after a deletion: nobody told us, but the whole cluster goes.
  const afterDelete = (node: GateNode): void =>
    unlessFollowed(GONE_MS, () => {
      if (replacing.get(node.id) !== "delete" || !isPlanned(node)) return;
      destroying = true;
      gate.open();
    });
  const beforeCreate = async (node: GateNode): Promise<void> => {
    replacing.set(node.id, "create");
    await back.beforeStart(node);
  };
  // No deletion after new files: they only put back what the running container was made with.
  const afterFiles = (node: GateNode): void =>
    unlessFollowed(NEXT_STEP_MS, () => {
      if (!replacing.has(node.id)) void gate.leave(node).catch(() => {}); // It did not stop: there is nothing to wait for.
    });
  const afterCreate = async (node: GateNode): Promise<void> => {
    replacing.delete(node.id);
    await gate.leave(node);
  };
  const hook = (what: string, act: (node: GateNode) => void | Promise<void>) =>
    new pulumi.ResourceHook(`${plan.name}-${what}`, (args) => act(nodeOf(args)));
  const onError = [
    new pulumi.ErrorHook(`${plan.name}-failed`, (args) => {
      gate.fail(nodeOf(args).id);
      return false;
    }),
  ];
  return {
    container: {
      beforeDelete: [hook("may-stop", beforeDelete)],
      afterDelete: [hook("stopped", afterDelete)],
      beforeCreate: [hook("starts", beforeCreate)],
      afterCreate: [hook("serves", afterCreate)],
      onError,
    },
    files: {
      beforeUpdate: [hook("may-change", (node) => gate.enter(node))],
      afterUpdate: [hook("changed", afterFiles)],
      onError,
    },
  };
}

function unlessFollowed(afterMs: number, act: () => void): void {
  setTimeout(act, afterMs).unref();
}

async function isRunning(docker: Docker, name: string): Promise<boolean> {
  return docker
    .getContainer(name)
    .inspect()
    .then(
      ({ State }) => State.Running,
      () => false,
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
