import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { KEY } from "./names.ts";
import type { KubernetesPlanned } from "./pools.ts";
import {
  externalAddresses,
  groupsOf,
  renderDisruptionBudget,
  renderExternalMap,
  renderNamespace,
  renderNetworkPolicy,
  renderServiceAccount,
} from "./render/guards.ts";
import { brokersOf, renderBootstrapService, renderExternalService, renderNodesService } from "./render/services.ts";
import type { Survey } from "./survey.ts";

export interface Own {
  readonly parent: pulumi.Resource;
  readonly provider: k8s.Provider;
  readonly dependsOn: pulumi.Input<pulumi.Resource>[] | pulumi.Resource;
}

/** Nobody waits for these: whether pods serve is told by the rollout, and a Service has its address before it has pods. */
export const WITHOUT_WAIT = Object.freeze({ "pulumi.com/skipAwait": "true" });

export function unawaited<T extends { readonly metadata: object }>(manifest: T) {
  return { ...manifest, metadata: { ...manifest.metadata, annotations: WITHOUT_WAIT } };
}

/** The namespace, unless someone else made it. It outlives the cluster, because the data in it does. */
export function createNamespace(
  plan: KubernetesPlanned,
  { namespace }: Survey,
  own: Own,
): k8s.core.v1.Namespace | undefined {
  const isOurs = !namespace || namespace.labels[KEY.stack] === plan.name;
  if (!plan.kubernetes.createNamespace || !isOurs) return undefined;
  return new k8s.core.v1.Namespace(`${plan.name}-namespace`, renderNamespace(plan), { ...own, retainOnDelete: true });
}

/** Who the pods are, how many may be missing, and who may reach them. */
export function createGuards(plan: KubernetesPlanned, own: Own): pulumi.Resource[] {
  const account = new k8s.core.v1.ServiceAccount(`${plan.name}-account`, renderServiceAccount(plan), own);
  const groups = groupsOf(plan).flatMap((group) => [
    new k8s.policy.v1.PodDisruptionBudget(`${plan.name}-${group}-budget`, renderDisruptionBudget(plan, group), own),
    new k8s.networking.v1.NetworkPolicy(`${plan.name}-${group}-policy`, renderNetworkPolicy(plan, group), own),
  ]);
  return [account, ...groups];
}

export interface External {
  /** What each broker tells clients outside, by node id. */
  readonly told: pulumi.Output<Record<string, string>>;
  readonly resources: readonly pulumi.Resource[];
}

/** How the nodes find each other, and how clients find them. */
export function createServices(
  plan: KubernetesPlanned,
  ports: pulumi.Output<Record<string, number>>,
  own: Own,
): External {
  new k8s.core.v1.Service(`${plan.name}-nodes`, unawaited(renderNodesService(plan)), own);
  new k8s.core.v1.Service(`${plan.name}-bootstrap`, unawaited(renderBootstrapService(plan)), own);
  const { external } = plan.kubernetes;
  const ways = external === "none" ? [] : brokersOf(plan);
  const services = ways.map(({ id }) => ({ id, service: createExternal(plan, id, ports, own) }));
  const addresses = Object.fromEntries(external === "loadBalancer" ? services.map(addressOf) : []);
  const told = pulumi
    .all([ports, pulumi.all(addresses)])
    .apply(([ports, known]) => externalAddresses(plan, ports, known as Record<string, string>));
  const { data: _, ...map } = renderExternalMap(plan, {});
  const configMap = new k8s.core.v1.ConfigMap(`${plan.name}-external`, { ...map, data: told }, own);
  return { told, resources: [configMap, ...services.map(({ service }) => service)] };
}

function createExternal(
  plan: KubernetesPlanned,
  id: number,
  ports: pulumi.Output<Record<string, number>>,
  own: Own,
): k8s.core.v1.Service {
  const name = `${plan.name}-external-${id}`;
  // Its address is waited for.
  if (plan.kubernetes.external === "loadBalancer")
    return new k8s.core.v1.Service(name, renderExternalService(plan, id, undefined), own);
  const { spec, ...manifest } = unawaited(renderExternalService(plan, id, undefined));
  const [port] = spec.ports;
  const nodePort = ports.apply((known) => known[`${plan.security.listeners.outside}@${id}`]!);
  return new k8s.core.v1.Service(name, { ...manifest, spec: { ...spec, ports: [{ ...port!, nodePort }] } }, own);
}

function addressOf({ id, service }: { readonly id: number; readonly service: k8s.core.v1.Service }) {
  const address = service.status.loadBalancer.ingress[0]!.apply(({ hostname, ip }) => hostname ?? ip ?? "");
  return [String(id), address] as const;
}
