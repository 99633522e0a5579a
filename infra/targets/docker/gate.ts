import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import type { ClusterPlan, NodePlan } from "../../plan/types.ts";
import { clusterGate, nodeFinder } from "../cluster-gate.ts";
import { StopQueue } from "../stop-queue.ts";
import { containerName } from "./names.ts";

export interface DockerGateOptions {
  readonly plan: ClusterPlan;
  readonly docker: Docker;
  readonly component?: pulumi.Resource;
  bootstrapServers(): readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** The whole cluster is taken down: nothing is spared, but all of it in order. */
  readonly destroying?: boolean;
}

/** A replacement creates right after it deleted; when that does not follow, nobody told us that the whole cluster goes. */
const SUCCESSOR_MS = 2_000;

/**
 * Resource hooks that make a plain `pulumi up` a roll, and a plain `pulumi destroy` an orderly stop. A container that
 * changes is deleted and created, so the gate stands before the deletion and opens after the creation, when the new one
 * is healthy.
 */
export function dockerGate(options: DockerGateOptions): pulumi.ResourceHookBinding {
  const { plan, docker } = options;
  const nodeOf = nodeFinder(plan);
  const gate = clusterGate({ ...options, isRunning: (id) => isRunning(docker, containerName(plan.name, id)) });
  const stops = new StopQueue((name, graceMs) => stop(docker, name, graceMs));
  const successors = new Set<number>();
  let { destroying = false } = options;

  const beforeDelete = async (node: NodePlan): Promise<void> => {
    successors.delete(node.id);
    if (!destroying) await Promise.race([gate.enter(node), until(() => destroying)]);
    if (destroying) await stops.stop(containerName(plan.name, node.id), node.roles);
  };
  const afterDelete = async (node: NodePlan): Promise<void> => {
    if (destroying) return;
    void sleep(SUCCESSOR_MS).then(() => {
      destroying ||= !successors.has(node.id);
    });
  };
  const hook = (what: string, act: (node: NodePlan) => void | Promise<void>) =>
    new pulumi.ResourceHook(`${plan.name}-${what}`, (args) => act(nodeOf(args)));
  return {
    beforeDelete: [hook("may-stop", beforeDelete)],
    afterDelete: [hook("stopped", afterDelete)],
    beforeCreate: [hook("starts", ({ id }) => void successors.add(id))],
    afterCreate: [hook("serves", ({ id }) => gate.leave(id))],
    onError: [
      new pulumi.ErrorHook(`${plan.name}-failed`, (args) => {
        gate.fail(nodeOf(args).id);
        return false;
      }),
    ],
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(200);
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

/** A container that is gone or stopped already is what was wanted. */
async function stop(docker: Docker, name: string, graceMs: number): Promise<void> {
  await docker
    .getContainer(name)
    .stop({ t: Math.ceil(graceMs / 1000) })
    .catch((error: { readonly statusCode?: number }) => {
      if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
    });
}
