import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import type { ClusterOutputs } from "../../outputs.ts";
import type { ClusterPlan, ListenerName, NodePlan, Role } from "../../plan/types.ts";
import { nodeResourceName } from "../cluster-gate.ts";
import { spread } from "../spread.ts";
import type { Target } from "../target.ts";
import { clusterDirectory } from "./data.ts";
import { type EngineState, engineOf, isThisMachine, readEngine } from "./engine.ts";
import { type DockerHooks, dockerGate } from "./gate.ts";
import { LABEL, labelList, networkName, nodeLabels, stackLabels, volumeName } from "./names.ts";
import { clusterOutputs } from "./outputs.ts";
import { requireRoom } from "./preflight.ts";
import { filesHash, portKey, renderContainer, renderFiles } from "./render.ts";
import { Cluster, Files, Room } from "./resources.ts";

type DockerPlanned = ClusterPlan & Required<Pick<ClusterPlan, "docker">>;

interface Engine {
  readonly state: EngineState;
  readonly docker: Docker;
}

/** A cluster of containers on one Docker engine. */
export class DockerKafka extends pulumi.ComponentResource {
  readonly cluster: pulumi.Output<ClusterOutputs>;

  constructor(plan: DockerPlanned, engine: Engine, signal: AbortSignal | undefined) {
    super("kafka-stacks:docker:Kafka", plan.name);
    const provider = new docker.Provider(`${plan.name}-engine`, { host: engine.state.host }, { parent: this });
    const own = { parent: this, provider };
    const cluster = this.#decide(plan, engine.state);
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
      bootstrapServers: () => bootstrapServers,
      signal,
    });
    const shared = { cluster, network, image, room, hooks, host: engine.state.host };
    for (const node of plan.nodes) createNode(plan, node, shared, own);
    this.cluster = outputs;
    this.registerOutputs({ cluster: this.cluster });
  }

  #decide(plan: DockerPlanned, engine: EngineState): Cluster {
    const published = plan.nodes.filter(({ listeners }) => listeners.some(({ name }) => name === "EXTERNAL"));
    const args = {
      name: plan.name,
      directory: clusterDirectory(plan.name),
      host: engine.host,
      engineId: engine.id,
      mode: plan.mode,
      kafkaVersion: plan.kafkaVersion,
      voters: plan.nodes.filter(({ roles }) => roles.some(isQuorum)).map(({ id }) => id),
      listeners: published.map(({ id }) => portKey("EXTERNAL", id)),
      fixedPorts: portsOf(plan.fixedPorts?.EXTERNAL, published),
      publishAddress: plan.docker.publishAddress,
      secretNames: plan.secrets,
      wantedImage: plan.docker.image,
      volumeBytes: volumeBytes(plan),
    };
    return new Cluster(`${plan.name}-cluster`, args, { parent: this });
  }
}

interface Shared {
  readonly cluster: Cluster;
  readonly network: docker.Network;
  readonly image: docker.RemoteImage;
  readonly room: Room;
  readonly hooks: DockerHooks;
  readonly host: string;
}

/** A node: its volumes, its files and its container. */
function createNode(
  plan: DockerPlanned,
  node: NodePlan,
  { cluster, network, image, room, hooks, host }: Shared,
  own: { readonly parent: pulumi.Resource; readonly provider: docker.Provider },
): void {
  const name = nodeResourceName(plan, node.id);
  const volumes = node.volumes.map(
    (volume) =>
      new docker.Volume(
        `${name}-${volume.name}`,
        { name: volumeName(plan.name, node.id, volume.name), labels: dataLabels(plan, node, cluster) },
        // Data outlives whatever becomes of the resource, and nothing about a volume is worth replacing it for.
        { ...own, dependsOn: room, retainOnDelete: true, ignoreChanges: ["labels", "driver", "driverOpts"] },
      ),
  );
  const config = new docker.Volume(
    `${name}-config`,
    {
      name: volumeName(plan.name, node.id, "config"),
      labels: labelList({ ...nodeLabels(plan.name, node), [LABEL.volume]: "config" }),
    },
    { ...own, dependsOn: room },
  );
  const { clusterId, ports, secrets } = cluster;
  const text = pulumi.all([ports, secrets]).apply(([ports, secrets]) => renderFiles(plan, node, { ports, secrets }));
  const files = new Files(
    `${name}-files`,
    { host, image: image.imageId, volume: config.name, files: text },
    { parent: own.parent, hooks: hooks.files },
  );
  // A hash of files that hold secrets is none.
  const hash = pulumi.unsecret(text.apply(filesHash));
  const args = pulumi
    .all([clusterId, ports, room.traits, hash])
    .apply(([clusterId, ports, traits, hash]) => renderContainer(plan, node, { clusterId, ports, traits }, hash));
  new docker.Container(
    name,
    {
      ...spread(args, containerKeys(plan, node)),
      image: image.imageId,
      networksAdvanced: [{ name: network.name }],
    },
    {
      ...own,
      dependsOn: [files, ...volumes],
      deleteBeforeReplace: true,
      hooks: hooks.container,
      // Without swap accounting in its kernel an engine reports another value than it was given.
      ignoreChanges: ["memorySwap"],
      // The plugin takes these for changes that can be made in place, and does not make them, or not with the swap limit.
      replaceOnChanges: ["healthcheck", "memory", "tmpfs"],
    },
  );
}

type ContainerArgs = ReturnType<typeof renderContainer>;

/** The same whatever the values. */
function containerKeys(plan: DockerPlanned, node: NodePlan): (keyof ContainerArgs)[] {
  const undecided = { clusterId: "", ports: {}, traits: { openFiles: 0, startInterval: false } };
  return Object.keys(renderContainer(plan, node, undecided, "")) as (keyof ContainerArgs)[];
}

function dataLabels(plan: ClusterPlan, node: NodePlan, { clusterId }: Cluster) {
  return clusterId.apply((clusterId) =>
    labelList({
      ...nodeLabels(plan.name, node),
      [LABEL.volume]: "data",
      [LABEL.mode]: plan.mode,
      [LABEL.clusterId]: clusterId,
    }),
  );
}

export const dockerTarget: Target = {
  async deploy(plan, signal) {
    const { host, docker } = engineOf(plan.docker?.host);
    const state = await readEngine(host, docker);
    requireRoom(plan, state);
    if (!isThisMachine(host) && /^(127\.|::1$)/.test(plan.docker?.publishAddress ?? ""))
      await pulumi.log.warn(
        `docker.publishAddress is ${plan.docker?.publishAddress} of the engine's machine (${host}): clients here will not reach it`,
      );
    return new DockerKafka(plan as DockerPlanned, { state, docker }, signal).cluster;
  },

  async registerHooks(plan, signal) {
    const { host, docker } = engineOf(plan.docker?.host);
    await readEngine(host, docker);
    dockerGate({ plan, docker, bootstrapServers: () => [], signal, destroying: true });
  },
};

const isQuorum = (role: Role): boolean => role === "controller" || role === "zookeeper";

/** Published ports that the stack fixes: the first for the first broker, and one more for each further one. */
function portsOf(first: number | undefined, nodes: readonly NodePlan[]): Record<string, number> {
  if (first === undefined) return {};
  return Object.fromEntries(
    nodes.map(({ id }, index) => [portKey("EXTERNAL" satisfies ListenerName, id), first + index]),
  );
}

function volumeBytes({ name, nodes }: ClusterPlan): Record<string, number> {
  const sized = nodes.flatMap(({ id, volumes }) =>
    volumes.flatMap((volume) =>
      volume.sizeBytes === undefined ? [] : [[volumeName(name, id, volume.name), volume.sizeBytes] as const],
    ),
  );
  return Object.fromEntries(sized);
}
