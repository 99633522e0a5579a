import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan, NodePlan } from "../../plan/types.ts";
import { nodeResourceName } from "../cluster-gate.ts";
import type { Sealed } from "../decisions/sealed.ts";
import { spread } from "../spread.ts";
import { clusterDirectory } from "./data.ts";
import type { DockerHooks } from "./gate.ts";
import { LABEL, labelList, nodeLabels, volumeName } from "./names.ts";
import { type DockerPlanned, filesHash, renderContainer, renderFiles } from "./render.ts";
import { type Cluster, Files, type Room } from "./resources.ts";

/** What the nodes of a cluster have in common. */
export interface Shared {
  readonly cluster: Cluster;
  readonly sealed: pulumi.Output<Sealed>;
  readonly network: docker.Network;
  readonly image: docker.RemoteImage;
  readonly room: Room;
  readonly hooks: DockerHooks;
  readonly host: string;
}

/** A node: its volumes, its files and its container. @returns when its turn in the roll is over. */
export function createNode(
  plan: DockerPlanned,
  node: NodePlan,
  { cluster, sealed, network, image, room, hooks, host }: Shared,
  own: { readonly parent: pulumi.Resource; readonly provider: docker.Provider },
): pulumi.Output<void> {
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
  const { clusterId, ports } = cluster;
  const text = pulumi.all([ports, sealed]).apply(([ports, sealed]) => renderFiles(plan, node, { ports, ...sealed }));
  const files = new Files(
    `${name}-files`,
    {
      ...{ host, image: image.imageId, volume: config.name, files: text },
      node: { directory: clusterDirectory(plan.name), stack: plan.name, id: node.id },
    },
    { parent: own.parent, hooks: hooks.files },
  );
  // A hash of files that hold secrets is none.
  const hash = pulumi.unsecret(text.apply(filesHash));
  const args = pulumi
    .all([clusterId, ports, room.traits, hash])
    .apply(([clusterId, ports, traits, hash]) => renderContainer(plan, node, { clusterId, ports, traits }, hash));
  const container = new docker.Container(
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
  return hooks.follow(node, container);
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
