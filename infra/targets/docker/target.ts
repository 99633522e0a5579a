import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import type { AccessOutputs, ClusterOutputs } from "../../outputs.ts";
import { type GivenSecrets, sealCluster } from "../seal.ts";
import type { Run, Target } from "../target.ts";
import { hostsOf } from "./certificate-hosts.ts";
import { clusterArgs, volumeBytes } from "./cluster-args.ts";
import { clusterDirectory } from "./data.ts";
import { type EngineState, engineOf, isThisMachine, readEngine } from "./engine.ts";
import { dockerGate } from "./gate.ts";
import { labelList, networkName, stackLabels } from "./names.ts";
import { createNode } from "./node-resources.ts";
import { clusterOutputs } from "./outputs.ts";
import { requireRoom } from "./preflight.ts";
import type { DockerPlanned } from "./render.ts";
import { Cluster, Room } from "./resources.ts";

interface Engine {
  readonly state: EngineState;
  readonly docker: Docker;
}

/** A cluster of containers on one Docker engine. */
export class DockerKafka extends pulumi.ComponentResource {
  readonly cluster: pulumi.Output<ClusterOutputs>;
  readonly access: pulumi.Output<AccessOutputs>;

  constructor(plan: DockerPlanned, engine: Engine, given: GivenSecrets, { signal, emptied }: Run) {
    super("kafka-stacks:docker:Kafka", plan.name);
    const provider = new docker.Provider(`${plan.name}-engine`, { host: engine.state.host }, { parent: this });
    const own = { parent: this, provider };
    const cluster = new Cluster(`${plan.name}-cluster`, clusterArgs(plan, engine.state), { parent: this });
    const { sealed, access } = sealCluster(plan, {
      provider: "kafka-docker",
      parent: this,
      directory: clusterDirectory(plan.name),
      cluster,
      given,
      hosts: (certificate) => hostsOf(plan, certificate),
    });
    const outputs = pulumi
      .all([cluster.clusterId, cluster.ports])
      .apply(([clusterId, ports]) => clusterOutputs(plan, { clusterId, ports }));
    let bootstrapServers: readonly string[] = [];
    outputs.apply((known) => {
      bootstrapServers = known.bootstrapServers;
    });
    const image = new docker.RemoteImage(`${plan.name}-image`, { name: cluster.image, keepLocally: true }, own);
    const room = new Room(
      `${plan.name}-room`,
      { host: engine.state.host, name: plan.name, image: image.imageId, volumeBytes: volumeBytes(plan) },
      { parent: this },
    );
    const network = new docker.Network(
      `${plan.name}-network`,
      { name: networkName(plan.name), driver: "bridge", labels: labelList(stackLabels(plan.name)) },
      { ...own, dependsOn: room },
    );
    const hooks = dockerGate({
      plan,
      docker: engine.docker,
      component: this,
      access,
      bootstrapServers: () => bootstrapServers,
      signal,
      emptied,
    });
    const shared = { cluster, sealed, network, image, room, hooks, host: engine.state.host };
    const turns = plan.nodes.map((node) => createNode(plan, node, shared, own));
    this.cluster = outputs;
    // The program lives until its outputs are known: no turn is left unfinished.
    this.access = pulumi.all([access, turns]).apply(([access]) => access);
    this.registerOutputs({ cluster: this.cluster, access: this.access });
  }
}

const NOBODY: AccessOutputs = { schemaVersion: 1, profile: "plaintext", authority: null, identities: [] };

export const dockerTarget: Target = {
  async deploy(plan, given, run = {}) {
    const { host, docker } = engineOf(plan.docker?.host);
    const state = await readEngine(host, docker);
    requireRoom(plan, state);
    if (!isThisMachine(host) && /^(127\.|::1$)/.test(plan.docker?.publishAddress ?? ""))
      await pulumi.log.warn(
        `docker.publishAddress is ${plan.docker?.publishAddress} of the engine's machine (${host}): clients here will not reach it`,
      );
    return new DockerKafka(plan as DockerPlanned, { state, docker }, given, run);
  },

  async registerHooks(plan, signal) {
    const { host, docker } = engineOf(plan.docker?.host);
    await readEngine(host, docker);
    // Nobody is asked what can be spared.
    const access = pulumi.output(NOBODY);
    dockerGate({ plan, docker, access, bootstrapServers: () => [], signal, destroying: true });
  },
};
