import * as pulumi from "@pulumi/pulumi";
import type { ClusterInputs } from "../decisions/kept.ts";
import type { EngineTraits } from "./render.ts";

/** What the cluster resource is asked for. */
export interface ClusterArgs extends ClusterInputs {
  readonly host: string;
  /** The engine's own id: data lies on one engine and does not move. */
  readonly engineId: string;
  readonly publishAddress: string;
  /** Where the provider, a client outside, finds what is published. */
  readonly advertisedHost: string;
  /** `auto`, `build`, or a reference. */
  readonly wantedImage: string;
  readonly volumeBytes: VolumeBytes;
}

/** Bytes of each data volume that has a planned size, by name. */
export type VolumeBytes = Readonly<Record<string, number>>;

/** What a cluster on an engine decides once: id, ports, secrets, image (provider/cluster-resource.ts). */
export class Cluster extends pulumi.CustomResource {
  declare readonly clusterId: pulumi.Output<string>;
  declare readonly ports: pulumi.Output<Record<string, number>>;
  declare readonly secrets: pulumi.Output<Record<string, string>>;
  /** A reference that names one image for good: by digest, or by the hash of what it is made from. */
  declare readonly image: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, options: pulumi.CustomResourceOptions) {
    const outputs = {
      clusterId: undefined,
      ports: undefined,
      secrets: undefined,
      image: undefined,
    };
    super(
      "kafka-docker:index:Cluster",
      name,
      { ...args, ...outputs },
      { ...options, additionalSecretOutputs: ["secrets"] },
    );
  }
}

export interface RoomArgs {
  readonly host: string;
  readonly name: string;
  readonly image: pulumi.Input<string>;
  readonly volumeBytes: VolumeBytes;
}

/** That the cluster's image runs on the engine and its volumes have room there (provider/room-resource.ts). */
export class Room extends pulumi.CustomResource {
  declare readonly traits: pulumi.Output<EngineTraits>;

  constructor(name: string, args: RoomArgs, options: pulumi.CustomResourceOptions) {
    super("kafka-docker:index:Room", name, { ...args, traits: undefined }, options);
  }
}

export interface FilesArgs {
  readonly host: string;
  /** Any image that is on the engine: its files are not used. */
  readonly image: pulumi.Input<string>;
  readonly volume: pulumi.Input<string>;
  /** Text by name. */
  readonly files: pulumi.Input<Record<string, string>>;
  /** Whose they are, and where cluster.json lies: by that it is known whether the node has had data. */
  readonly node: { readonly directory: string; readonly stack: string; readonly id: number };
}

/** A node's configuration in its own volume, readable by the node's user only (provider/files-resource.ts). */
export class Files extends pulumi.CustomResource {
  constructor(name: string, args: FilesArgs, options: pulumi.CustomResourceOptions) {
    super("kafka-docker:index:Files", name, { ...args }, options);
  }
}
