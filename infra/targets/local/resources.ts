import * as pulumi from "@pulumi/pulumi";
import type { ClusterInputs } from "../decisions/kept.ts";

/** What a cluster on this machine decides once: id, ports, secrets (provider/cluster-resource.ts). */
export class Cluster extends pulumi.CustomResource {
  declare readonly clusterId: pulumi.Output<string>;
  declare readonly directory: pulumi.Output<string>;
  declare readonly ports: pulumi.Output<Record<string, number>>;
  declare readonly secrets: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ClusterInputs, options: pulumi.CustomResourceOptions) {
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
