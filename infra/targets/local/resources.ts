import * as pulumi from "@pulumi/pulumi";

/** Inputs and outputs as the `kafka-local` provider has them (provider/cluster-resource.ts). */
export interface ClusterArgs {
  readonly name: string;
  readonly directory: string;
  readonly mode: string;
  readonly kafkaVersion: string;
  readonly voters: readonly number[];
  readonly listeners: readonly string[];
  readonly fixedPorts: Readonly<Record<string, number>>;
  readonly secretNames: readonly string[];
}

/** What a cluster on this machine decides once: id, ports, secrets. */
export class Cluster extends pulumi.CustomResource {
  declare readonly clusterId: pulumi.Output<string>;
  declare readonly directory: pulumi.Output<string>;
  declare readonly ports: pulumi.Output<Record<string, number>>;
  declare readonly secrets: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ClusterArgs, options: pulumi.CustomResourceOptions) {
    const outputs = { clusterId: undefined, ports: undefined, secrets: undefined };
    super(
      "kafka-local:index:Cluster",
      name,
      { ...args, ...outputs },
      { ...options, additionalSecretOutputs: ["secrets"] },
    );
  }
}

/** One Kafka or ZooKeeper process on this machine (provider/node-resource.ts). */
export class Node extends pulumi.CustomResource {
  constructor(name: string, args: Record<string, pulumi.Input<unknown>>, options: pulumi.CustomResourceOptions) {
    super("kafka-local:index:Node", name, { ...args, running: undefined }, options);
  }
}
