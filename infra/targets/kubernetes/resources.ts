import * as pulumi from "@pulumi/pulumi";
import type { ClusterInputs } from "../decisions/kept.ts";
import type { RolloutArgs } from "./rollout/args.ts";

/** What the cluster resource is asked for. */
export interface ClusterArgs extends ClusterInputs {
  /** Of the kubeconfig; absent: the current one. */
  readonly context?: string;
  /** The Kubernetes cluster's own id: data lies in one cluster and does not move. */
  readonly kubernetesId: string;
  readonly namespace: string;
  /** `auto`, `build`, or a reference. */
  readonly wantedImage: string;
  /** Wanted bytes of each data volume, by the name of its claim. */
  readonly claimBytes: Readonly<Record<string, number>>;
  /** Whose each claim is; absent in states of earlier releases. */
  readonly claimNodes?: Readonly<Record<string, number>>;
}

/** What a cluster in Kubernetes decides once: id, ports, secrets, image (provider/cluster-resource.ts). */
export class Cluster extends pulumi.CustomResource {
  declare readonly clusterId: pulumi.Output<string>;
  declare readonly ports: pulumi.Output<Record<string, number>>;
  declare readonly secrets: pulumi.Output<Record<string, string>>;
  /** A reference. */
  declare readonly image: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, options: pulumi.CustomResourceOptions) {
    const outputs = { clusterId: undefined, ports: undefined, secrets: undefined, image: undefined };
    super(
      "kafka-kubernetes:index:Cluster",
      name,
      { ...args, ...outputs },
      { ...options, additionalSecretOutputs: ["secrets"] },
    );
  }
}

type Inputs<T> = { readonly [K in keyof T]: pulumi.Input<T[K]> };

/** That the pods run what their StatefulSets say, and serve (provider/rollout-resource.ts). */
export class Rollout extends pulumi.CustomResource {
  /** Address of the machine that each node's pod runs on, by node id. */
  declare readonly hosts: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: Inputs<RolloutArgs>, options: pulumi.CustomResourceOptions) {
    const outputs = { hosts: undefined, told: undefined };
    super(
      "kafka-kubernetes:index:Rollout",
      name,
      { ...args, ...outputs },
      { ...options, additionalSecretOutputs: ["admin"] },
    );
  }
}
