import * as pulumi from "@pulumi/pulumi";
import { type Identity, identityOf } from "../../../scripts/kafka/identity.ts";
import type { AccessOutputs } from "../../outputs.ts";
import { portOf } from "../container/node.ts";
import { claimBytes } from "./cluster-args.ts";
import type { PoolResources } from "./pool-resources.ts";
import { claimName, type KubernetesPlanned, podName } from "./pools.ts";
import { brokersOf } from "./render/services.ts";

/** What the rollout is told of a plan and its resources. */
export function rolloutArgs(
  plan: KubernetesPlanned,
  pools: readonly PoolResources[],
  known: {
    readonly kubernetesId: string;
    readonly external: pulumi.Output<Record<string, string>>;
    readonly access: pulumi.Output<AccessOutputs>;
  },
) {
  const { name, kubernetes, kafkaVersion } = plan;
  return {
    ...(kubernetes.context === undefined ? {} : { context: kubernetes.context }),
    kubernetesId: known.kubernetesId,
    namespace: kubernetes.namespace,
    name,
    order: plan.restartOrder,
    allowUnavailable: plan.allowUnavailable,
    kafkaVersion,
    sets: pools.map(({ pool }) => ({
      statefulSet: pool.statefulSet,
      kind: pool.kind,
      nodes: pool.nodes.map(({ id, roles }) => ({ id, pod: podName(plan, id), roles })),
    })),
    external: known.external,
    ...(kubernetes.external === "none"
      ? { tunnelTo: portOf(brokersOf(plan)[0]!, plan.security.listeners.outside) }
      : {}),
    ...(plan.security.profile === "plaintext"
      ? {}
      : { admin: known.access.apply((access) => identityOf(access, "admin") as Identity) }),
    template: pulumi.all(Object.fromEntries(pools.map(({ pool, template }) => [pool.statefulSet, template]))),
    claims: claimBytes(plan),
    ...(plan.replaces === undefined ? {} : { replaces: replacesOf(plan, plan.replaces) }),
    imageHint: imageHint(kubernetes.image, kafkaVersion),
  };
}

function replacesOf(plan: KubernetesPlanned, id: number) {
  const volumes = plan.nodes.find((node) => node.id === id)?.volumes ?? [];
  return { id, claims: volumes.map(({ name }) => claimName(plan, id, name)), mark: new Date().toISOString() };
}

function imageHint(image: string, kafkaVersion: string): string {
  if (image === "build")
    return `bring the image to the cluster: node toolchain/image/main.ts --kafka ${kafkaVersion} says where its archive is; import that on every machine (ctr -n k8s.io images import FILE, kind load image-archive FILE, …), or push it to your registry and name it in kubernetes.image`;
  return "check kubernetes.image, and that the machines reach its registry (kubernetes.imagePullSecrets), or write build";
}
