import { globSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../../infra/paths.ts";
import { planCluster } from "../../infra/plan/plan.ts";
import { loadStack } from "../../infra/spec/load.ts";
import type { KubernetesPlanned } from "../../infra/targets/kubernetes/pools.ts";
import { renderManifests } from "../../infra/targets/kubernetes/render/manifests.ts";

/** As much of a Kubernetes object as tests look at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own.
  readonly spec?: any;
}

export interface ShippedStack {
  readonly name: string;
  readonly manifests: readonly Manifest[];
}

/**
 * What `kafka-stacks render` writes of every shipped stack whose target is kubernetes, with decisions of which only the
 * form matters.
 *
 * @param namespace in the place of each stack's own.
 */
export function shippedStacks(namespace?: string): ShippedStack[] {
  const files = globSync(path.join(projectRoot, "stacks", "*.yaml")).toSorted();
  return files.flatMap((file) => {
    const { spec } = loadStack(file);
    if (spec.target !== "kubernetes" || path.basename(file) === "reference.yaml") return [];
    const name = path.basename(file, ".yaml");
    const planned = planCluster(spec, name) as KubernetesPlanned;
    const own = namespace === undefined ? {} : { namespace };
    const plan = { ...planned, kubernetes: { ...planned.kubernetes, ...own } };
    const brokers = plan.nodes.filter(({ roles }) => roles.includes("broker"));
    const decided = {
      clusterId: "AAAAAAAAAAAAAAAAAAAAAA",
      image: `kafka-stacks/kafka:${plan.kafkaVersion}-0123456789ab`,
      ports: Object.fromEntries(
        brokers.map(({ id }, index) => [`${plan.security.listeners.outside}@${id}`, 30_001 + index]),
      ),
      secrets: Object.fromEntries(plan.secrets.map((secret) => [secret, "hush"])),
      certificates: {
        authority: "trusted\n",
        pems: Object.fromEntries(
          (plan.security.certificates?.wanted ?? []).map((one) => [one.name, { key: "hush\n", certificate: "own\n" }]),
        ),
      },
    };
    return [{ name, manifests: renderManifests(plan, decided).map(({ object }) => object as Manifest) }];
  });
}
