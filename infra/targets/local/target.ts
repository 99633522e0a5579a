import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { AccessOutputs, ClusterOutputs } from "../../outputs.ts";
import type { ClusterPlan, ListenerName, NodePlan, Role } from "../../plan/types.ts";
import { clusterGate, nodeFinder, nodeResourceName } from "../cluster-gate.ts";
import { forgetData } from "../decisions/data-record.ts";
import { Emptying } from "../emptying.ts";
import { type GivenSecrets, sealCluster } from "../seal.ts";
import { spread } from "../spread.ts";
import type { Run, Target } from "../target.ts";
import { clusterDirectory, emptyNode, STOP_GRACE_MS } from "./data.ts";
import { ProcessRoll } from "./process-roll.ts";
import { hasServed } from "./provider/has-served.ts";
import { makeLive } from "./provider/live.ts";
import { nodePaths } from "./provider/node-files.ts";
import { runningProcess, stop } from "./provider/process.ts";
import { lastLines } from "./provider/serving.ts";
import { runsAsWanted } from "./provider/start.ts";
import { type LocalCluster, type LocalNodeArgs, nodeDirectory, portKey, renderNode } from "./render.ts";
import { Cluster, Node } from "./resources.ts";
import { requireUsablePath } from "./usable-path.ts";

/** A cluster of real processes on this machine, for development and tests. */
export class LocalKafka extends pulumi.ComponentResource {
  readonly cluster: pulumi.Output<ClusterOutputs>;
  readonly access: pulumi.Output<AccessOutputs>;

  constructor(plan: ClusterPlan, given: GivenSecrets, run: Run = {}) {
    super("kafka-stacks:local:Kafka", plan.name);
    const { decided, known, access } = this.#decide(plan, given);
    const hooks = this.#gate(plan, { decided, access }, run);
    this.#createNodes(plan, decided, hooks);
    this.cluster = known.apply((cluster) => clusterOutputs(plan, cluster));
    this.access = access;
    this.registerOutputs({ cluster: this.cluster, access });
  }

  /** `known` is without the secrets, so what is made of it can be shown. */
  #decide(plan: ClusterPlan, given: GivenSecrets): Decided {
    const args = {
      name: plan.name,
      directory: clusterDirectory(plan.name),
      mode: plan.mode,
      ...(plan.migration ? { migration: plan.migration } : {}),
      ...(plan.quorum ? { quorum: plan.quorum } : {}),
      kafkaVersion: plan.kafkaVersion,
      voters: plan.nodes.filter(({ roles }) => roles.some(isQuorum)).map(({ id }) => id),
      listeners: plan.nodes.flatMap(({ id, listeners }) => listeners.map(({ name }) => portKey(name, id))),
      fixedPorts: portsOf(plan),
      secretNames: plan.secrets,
      security: plan.security.transition ?? plan.security.profile,
      ...(plan.security.rotation === undefined ? {} : { rotation: plan.security.rotation }),
      ...(plan.finalized === undefined ? {} : { finalized: plan.finalized }),
      ...(plan.replaces === undefined ? {} : { replaces: plan.replaces }),
    };
    const cluster = new Cluster(`${plan.name}-cluster`, args, { parent: this });
    const { clusterId, directory, ports } = cluster;
    const known = pulumi
      .all([clusterId, directory, ports])
      .apply(([clusterId, directory, ports]) => ({ clusterId, directory, ports }));
    const { sealed, access } = sealCluster(plan, {
      provider: "kafka-local",
      parent: this,
      directory: args.directory,
      cluster,
      given,
      hosts: () => ["127.0.0.1", "localhost"],
    });
    const decided = pulumi.all([known, sealed]).apply(([known, sealed]): LocalCluster => ({ ...known, ...sealed }));
    return { decided, known, access };
  }

  #createNodes(plan: ClusterPlan, decided: pulumi.Output<LocalCluster>, hooks: pulumi.ResourceHookBinding): void {
    for (const node of plan.nodes) {
      const args = decided.apply((cluster) => renderNode(node, plan, cluster));
      const replaced = plan.replaces === node.id ? { replaced: new Date().toISOString() } : {};
      const inputs = { ...spread(args, NODE_KEYS), ...replaced };
      new Node(nodeResourceName(plan, node.id), inputs, { parent: this, hooks });
    }
  }

  /** Resource hooks that make a plain `pulumi up` a roll: see ../roll-gate.ts. */
  #gate(
    plan: ClusterPlan,
    { decided, access }: Pick<Decided, "decided" | "access">,
    { signal, emptied }: Run,
  ): pulumi.ResourceHookBinding {
    let cluster: LocalCluster | undefined;
    decided.apply((value) => {
      cluster = value;
    });
    const gate = clusterGate({
      plan,
      component: this,
      signal,
      isRunning: (id) =>
        cluster !== undefined && runningProcess(nodePaths(nodeDirectory(cluster, id)).pidFile) !== undefined,
      hasServed: async (id) => hasServed(nodePaths(nodeDirectory(cluster!, id))),
      nodeLog: async (id) => lastLines(nodePaths(nodeDirectory(cluster!, id)).logs),
      access,
      bootstrapServers: () => clusterOutputs(plan, cluster!).bootstrapServers,
    });
    const emptying = new Emptying({
      gate,
      nodeId: plan.replaces,
      emptied,
      stop: ({ id }) => stop(nodePaths(nodeDirectory(cluster!, id)).pidFile, STOP_GRACE_MS),
      forget: ({ id }) => forgetData(cluster!.directory, [id]),
      empty: ({ id }) => emptyNode(cluster!.directory, id),
    });
    const nodeOf = nodeFinder(plan);
    const roll = new ProcessRoll({
      gate,
      emptying,
      replaces: plan.replaces,
      makeLive: (was, now) => makeLive(was, now, (why) => void pulumi.log.warn(why, this)),
      isRunning: ({ directory }) => runningProcess(nodePaths(directory).pidFile) !== undefined,
      runsAsWanted: (node) => runsAsWanted(node, () => {}),
      // An error in the log fails the deployment.
      tell: AsyncResource.bind((error: Error) => void pulumi.log.error(error.message, this)),
    });
    const adopt = new pulumi.ResourceHook(`${plan.name}-may-restart`, async (args) => {
      const [now] = await known<LocalNodeArgs[]>([args.newInputs]);
      await roll.beforeCreate(nodeOf(args), now!);
    });
    const before = new pulumi.ResourceHook(`${plan.name}-may-stop`, async (args) => {
      const [was, now] = await known<LocalNodeArgs[]>([args.oldInputs, args.newInputs]);
      await roll.beforeUpdate(nodeOf(args), was!, now!);
    });
    const after = new pulumi.ResourceHook(`${plan.name}-serves`, (args) => roll.after(nodeOf(args)));
    const failed = new pulumi.ErrorHook(`${plan.name}-failed`, (args) => {
      roll.failed(nodeOf(args));
      return false;
    });
    return {
      beforeCreate: [adopt],
      afterCreate: [after],
      beforeUpdate: [before],
      afterUpdate: [after],
      onError: [failed],
    };
  }
}

/** In a hook secrets are outputs. */
const known = <T>(value: unknown): Promise<T> =>
  new Promise((resolve) => {
    (pulumi.output(value) as pulumi.Output<unknown>).apply((plain) => resolve(plain as T));
  });

interface Decided {
  readonly decided: pulumi.Output<LocalCluster>;
  readonly known: pulumi.Output<Pick<LocalCluster, "clusterId" | "directory" | "ports">>;
  readonly access: pulumi.Output<AccessOutputs>;
}

export const localTarget: Target = {
  async deploy(plan, given, run) {
    requireUsablePath(clusterDirectory(plan.name));
    return new LocalKafka(plan, given, run);
  },
};

const isQuorum = (role: Role): boolean => role === "controller" || role === "zookeeper";

/** Ports that the stack fixes: the first of a listener's range and one more for each further node that has it. */
function portsOf({ nodes, fixedPorts = {} }: ClusterPlan): Record<string, number> {
  const fixed: Record<string, number> = {};
  for (const [listener, first] of Object.entries(fixedPorts) as [ListenerName, number][]) {
    const having = nodes.filter(({ listeners }) => listeners.some(({ name }) => name === listener));
    for (const [index, { id }] of having.entries()) fixed[portKey(listener, id)] = first + index;
  }
  return fixed;
}

const NODE_KEYS = [
  "nodeId",
  "roles",
  "directory",
  "clusterId",
  "kafkaVersion",
  "mainClass",
  "configFile",
  "files",
  "jvmOptions",
  "endpoints",
  "quorum",
  "roll",
] as const;

function clusterOutputs(plan: ClusterPlan, cluster: Pick<LocalCluster, "clusterId" | "ports">): ClusterOutputs {
  const address = (listener: ListenerName, { id }: NodePlan) => `127.0.0.1:${cluster.ports[portKey(listener, id)]}`;
  const { outside, quorum } = plan.security.listeners;
  const main = ({ roles }: NodePlan): ListenerName =>
    roles.includes("broker") ? outside : roles.includes("controller") ? quorum : "ZK_CLIENT";
  return {
    schemaVersion: 1,
    stack: plan.name,
    target: "local",
    mode: plan.mode,
    kafkaVersion: plan.kafkaVersion,
    clusterId: cluster.clusterId,
    bootstrapServers: plan.nodes.filter(({ roles }) => roles.includes("broker")).map((node) => address(outside, node)),
    nodes: plan.nodes.map((node) => ({
      id: node.id,
      roles: [...node.roles],
      rack: node.rack,
      address: address(main(node), node),
      ...(node.roles.includes("controller") ? { controllerAddress: address(quorum, node) } : {}),
    })),
  };
}
