import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AccessOutputs, ClusterOutputs } from "../../outputs.ts";
import { type GivenSecrets, sealCluster } from "../seal.ts";
import type { Run, Target } from "../target.ts";
import { kubeApi } from "./api.ts";
import { hostsOf } from "./certificate-hosts.ts";
import { clusterArgs, clusterDirectory } from "./cluster-args.ts";
import { createGuards, createNamespace, createServices } from "./create.ts";
import { clusterOutputs } from "./outputs.ts";
import { requireSamePlace } from "./place.ts";
import { createPool } from "./pool-resources.ts";
import { type KubernetesPlanned, poolsOf } from "./pools.ts";
import { requireRoom } from "./preflight.ts";
import { Cluster, Rollout } from "./resources.ts";
import { rolloutArgs } from "./rollout-args.ts";
import { readSurvey, type Survey } from "./survey.ts";

/** A cluster of pods in one namespace. */
export class KubernetesKafka extends pulumi.ComponentResource {
  readonly cluster: pulumi.Output<ClusterOutputs>;
  readonly access: pulumi.Output<AccessOutputs>;

  constructor(plan: KubernetesPlanned, survey: Survey, given: GivenSecrets, { emptied }: Run) {
    super("kafka-stacks:kubernetes:Kafka", plan.name);
    const { context } = plan.kubernetes;
    const provider = new k8s.Provider(
      `${plan.name}-kubernetes`,
      {
        ...(context === undefined ? {} : { context }),
        enableServerSideApply: true,
        // Every object is ours alone, which the preflight has seen: what someone changed by hand is put back, and what a
        // killed run or an earlier life of the cluster left is taken up.
        enablePatchForce: true,
        upsertExistingObjects: true,
        enableConfigMapMutable: true,
      },
      { parent: this },
    );
    const cluster = new Cluster(`${plan.name}-cluster`, clusterArgs(plan, survey.clusterId), { parent: this });
    const namespace = createNamespace(plan, survey, { parent: this, provider, dependsOn: cluster });
    const own = { parent: this, provider, dependsOn: namespace ?? cluster };
    const guards = createGuards(plan, own);
    const external = createServices(plan, cluster.ports, own);
    const { sealed, access } = sealCluster(plan, {
      provider: "kafka-kubernetes",
      parent: this,
      directory: clusterDirectory(plan.name),
      cluster,
      given,
      hosts: (certificate) => external.told.apply((told) => hostsOf(plan, certificate, { told, survey })),
    });
    // Pods read at their start what they tell clients.
    const before = [...guards, ...external.resources];
    const pools = poolsOf(plan).map((pool) =>
      createPool(plan, pool, { cluster, sealed }, { ...own, dependsOn: before }),
    );
    const args = rolloutArgs(plan, pools, { kubernetesId: survey.clusterId, external: external.told, access });
    const rollout = new Rollout(`${plan.name}-rollout`, args, { parent: this, dependsOn: pools.map(({ set }) => set) });
    const { replaces } = args;
    if (replaces && emptied && !pulumi.runtime.isDryRun())
      rollout.hosts.apply(() => emptied(replaces.claims.map((name) => `claim ${name}`)));
    this.cluster = pulumi
      .all([cluster.clusterId, external.told, rollout.hosts])
      .apply(([clusterId, told, hosts]) => clusterOutputs(plan, { clusterId, external: told, hosts }));
    this.access = access;
    this.registerOutputs({ cluster: this.cluster, access });
  }
}

export const kubernetesTarget: Target = {
  async deploy(plan, given, run = {}) {
    const planned = plan as KubernetesPlanned;
    const survey = await readSurvey(kubeApi(planned.kubernetes.context), planned);
    requireSamePlace(planned, survey.clusterId);
    requireRoom(planned, survey);
    return new KubernetesKafka(planned, survey, given, run);
  },
};
