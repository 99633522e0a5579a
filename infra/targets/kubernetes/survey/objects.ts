import type { V1ObjectMeta, V1PersistentVolumeClaim, V1ResourceQuota } from "@kubernetes/client-node";
import { parseQuantity } from "../../../../toolchain/quantity.ts";
import { everyItem, type KubeApi } from "../api.ts";
import { KEY, type Labels } from "../names.ts";

/** An object of the stack's namespace. */
export interface Thing {
  readonly kind: string;
  readonly name: string;
  readonly labels: Labels;
}

/** A PersistentVolumeClaim. */
export interface Claim extends Thing {
  readonly annotations: Labels;
  /** Requested. */
  readonly sizeBytes: number;
  /** Undefined until the default class is filled in. */
  readonly className: string | undefined;
  /** Of the volume behind it, once that is there. */
  readonly volumeName: string | undefined;
}

/** A ResourceQuota; values are cores, bytes, pieces. */
export interface Quota {
  readonly name: string;
  /** It counts only some pods. */
  readonly scopes: readonly string[];
  readonly hard: Readonly<Record<string, number>>;
  readonly used: Readonly<Record<string, number>>;
}

/** A port of every machine that a Service has. */
export interface TakenPort {
  readonly port: number;
  /** `namespace/name` of the Service. */
  readonly service: string;
  /** The stack that the Service belongs to, if it is one of ours. */
  readonly stack: string | undefined;
}

interface Named {
  readonly metadata?: V1ObjectMeta;
}

export const thingOf =
  (kind: string) =>
  ({ metadata }: Named): Thing => ({ kind, name: metadata?.name ?? "", labels: metadata?.labels ?? {} });

/** Everything of the kinds that a deployment makes, ours or not. @throws Forbidden */
export async function readThings({ core, apps, policy, networking }: KubeApi, namespace: string): Promise<Thing[]> {
  const kinds = [
    ["StatefulSet", everyItem<Named>((page) => apps.listNamespacedStatefulSet({ namespace, ...page }))],
    ["Service", everyItem<Named>((page) => core.listNamespacedService({ namespace, ...page }))],
    ["ServiceAccount", everyItem<Named>((page) => core.listNamespacedServiceAccount({ namespace, ...page }))],
    ["ConfigMap", everyItem<Named>((page) => core.listNamespacedConfigMap({ namespace, ...page }))],
    [
      "PodDisruptionBudget",
      everyItem<Named>((page) => policy.listNamespacedPodDisruptionBudget({ namespace, ...page })),
    ],
    ["NetworkPolicy", everyItem<Named>((page) => networking.listNamespacedNetworkPolicy({ namespace, ...page }))],
  ] as const;
  const found = await Promise.all(kinds.map(async ([kind, items]) => (await items).map(thingOf(kind))));
  return found.flat();
}

/** @throws Forbidden */
export async function readClaims({ core }: KubeApi, namespace: string): Promise<Claim[]> {
  const claims = await everyItem((page) => core.listNamespacedPersistentVolumeClaim({ namespace, ...page }));
  return claims.map((claim: V1PersistentVolumeClaim) => ({
    ...thingOf("PersistentVolumeClaim")(claim),
    annotations: claim.metadata?.annotations ?? {},
    sizeBytes: parseQuantity(claim.spec?.resources?.requests?.storage),
    className: claim.spec?.storageClassName,
    volumeName: claim.spec?.volumeName,
  }));
}

/** @throws Forbidden */
export async function readQuotas({ core }: KubeApi, namespace: string): Promise<Quota[]> {
  const { items } = await core.listNamespacedResourceQuota({ namespace });
  return items.map(({ metadata, spec, status }: V1ResourceQuota) => ({
    name: metadata?.name ?? "",
    scopes: [
      ...(spec?.scopes ?? []),
      ...(spec?.scopeSelector?.matchExpressions ?? []).map(({ scopeName }) => scopeName),
    ],
    hard: parsed(spec?.hard),
    used: parsed(status?.used),
  }));
}

/** Whether containers without a limit of cores get one: a quota of limits refuses those that have none. @throws Forbidden */
export async function hasDefaultCpuLimit({ core }: KubeApi, namespace: string): Promise<boolean> {
  const { items } = await core.listNamespacedLimitRange({ namespace });
  return items.some(({ spec }) => spec?.limits.some((limit) => limit.type === "Container" && limit._default?.cpu));
}

/** Of every namespace: a node port belongs to all. @throws Forbidden */
export async function readNodePorts({ core }: KubeApi): Promise<TakenPort[]> {
  const services = await everyItem((page) => core.listServiceForAllNamespaces(page));
  return services.flatMap(({ metadata, spec }) =>
    (spec?.ports ?? []).flatMap(({ nodePort }) =>
      nodePort === undefined
        ? []
        : [
            {
              port: nodePort,
              service: `${metadata?.namespace}/${metadata?.name}`,
              stack: metadata?.labels?.[KEY.stack],
            },
          ],
    ),
  );
}

function parsed(quantities: Readonly<Record<string, string>> = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(quantities).map(([key, text]) => [key, parseQuantity(text)]));
}
