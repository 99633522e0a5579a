import type { KubeApi } from "./api.ts";
import { Forbidden } from "./api-errors.ts";
import type { KubernetesPlanned } from "./pools.ts";
import {
  hasAutoscalerStatus,
  type Namespace,
  readClusterId,
  readNamespace,
  readPriorityClasses,
  readSecretNames,
  readStorageClasses,
  readUser,
  readVersion,
  type StorageClass,
} from "./survey/cluster.ts";
import { type Machine, makesMachines, NOTHING, type Resources, readMachines, readOwn } from "./survey/machines.ts";
import {
  type Claim,
  hasDefaultCpuLimit,
  type Quota,
  readClaims,
  readNodePorts,
  readQuotas,
  readThings,
  type TakenPort,
  type Thing,
} from "./survey/objects.ts";
import { lackingRights, mayDo, needsOf, type Right } from "./survey/rights.ts";

/**
 * What a deployment needs to know of a cluster; plain data. Null stands for what this user may not read: the checks that
 * need it are left out, and `unread` says so.
 */
export interface Survey {
  readonly context: string;
  readonly server: string;
  /** Stays the same for as long as the cluster lives, whatever it is called. */
  readonly clusterId: string;
  /** As `1.34.4`. */
  readonly version: string;
  /** Who the API takes us for. */
  readonly user: string;
  /** Undefined: it is not there. */
  readonly namespace: Namespace | undefined | null;
  readonly mayCreateNamespace: boolean;
  readonly lacking: readonly Right[];
  readonly machines: readonly Machine[] | null;
  /** What this stack's pods request now. */
  readonly own: Resources;
  /** Whether machines are added when pods need them, as far as can be seen. */
  readonly growsItself: boolean;
  readonly storageClasses: readonly StorageClass[] | null;
  readonly priorityClasses: readonly string[] | null;
  readonly nodePorts: readonly TakenPort[] | null;
  /** Of the namespace, whether ours or not. */
  readonly things: readonly Thing[];
  readonly claims: readonly Claim[];
  readonly quotas: readonly Quota[];
  readonly hasDefaultCpuLimit: boolean;
  /** Those of the plan that the namespace has. */
  readonly pullSecrets: readonly string[] | null;
  /** What could not be read, a few words each. */
  readonly unread: readonly string[];
}

/** Everything at once. @throws UserError when the API cannot be reached or does not admit this user. */
export async function readSurvey(api: KubeApi, plan: KubernetesPlanned): Promise<Survey> {
  // One question first, whose failure has one next step.
  const version = await readVersion(api);
  const { namespace, imagePullSecrets } = plan.kubernetes;
  const unread: string[] = [];
  /** What may not be read is assumed, and told where a check is left out for it. */
  const read = async <T, U>(reading: Promise<T>, assumed: U, what?: string): Promise<T | U> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof Forbidden)) throw error;
      if (what !== undefined) unread.push(what);
      return assumed;
    }
  };
  const { hasAutoscaler, ...found } = await together({
    clusterId: readClusterId(api),
    user: readUser(api),
    namespace: read(readNamespace(api, namespace), null, `whether namespace ${namespace} is there`),
    mayCreateNamespace: read(mayDo(api, { group: "", resource: "namespaces", verb: "create" }), true),
    lacking: read(lackingRights(api, namespace, needsOf(plan)), [], "what this user may do"),
    machines: read(readMachines(api, namespace, plan.name), null, "machines, and what is free on them"),
    own: read(readOwn(api, namespace, plan.name), NOTHING),
    hasAutoscaler: read(hasAutoscalerStatus(api), false),
    storageClasses: read(readStorageClasses(api), null, "storage classes"),
    priorityClasses: read(readPriorityClasses(api), null, "priority classes"),
    nodePorts: read(readNodePorts(api), null, "node ports of other Services"),
    things: read(readThings(api, namespace), [], "objects of the same names"),
    claims: read(readClaims(api, namespace), [], "volumes that are there already"),
    quotas: read(readQuotas(api, namespace), [], "quotas"),
    hasDefaultCpuLimit: read(hasDefaultCpuLimit(api, namespace), true),
    pullSecrets: read(readSecretNames(api, namespace, imagePullSecrets), null, "secrets for pulling images"),
  });
  const growsItself = hasAutoscaler || makesMachines(found.machines ?? []);
  return { ...found, growsItself, context: api.context, server: api.server, version, unread: unread.toSorted() };
}

async function together<T extends Record<string, Promise<unknown>>>(
  parts: T,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const entries = Object.entries(parts).map(async ([key, value]) => [key, await value] as const);
  return Object.fromEntries(await Promise.all(entries)) as { [K in keyof T]: Awaited<T[K]> };
}
