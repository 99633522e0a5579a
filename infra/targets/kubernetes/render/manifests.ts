import type { types } from "@pulumi/kubernetes";
import type { Decisions } from "../../decisions/kept.ts";
import type { Sealed } from "../../decisions/sealed.ts";
import { names } from "../names.ts";
import { type Pool, poolsOf } from "../pools.ts";
import { type Plan, type PoolConfig, renderConfig } from "./config.ts";
import {
  externalAddresses,
  groupsOf,
  renderDisruptionBudget,
  renderExternalMap,
  renderNamespace,
  renderNetworkPolicy,
  renderServiceAccount,
} from "./guards.ts";
import { groupOf, poolLabels } from "./labels.ts";
import { brokersOf, renderBootstrapService, renderExternalService, renderNodesService } from "./services.ts";
import { renderStatefulSet } from "./stateful-set.ts";

/** What is decided for a cluster before its objects can be written down. */
export interface Decided extends Decisions, Sealed {
  readonly image: string;
}

/** Immutable, with a name for each content: pods that still run keep what they were made with, whatever comes after. */
export function renderConfigMap(plan: Plan, pool: Pool, { open, hash }: Pick<PoolConfig, "open" | "hash">) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: configMetadata(plan, pool, hash),
    immutable: true,
    data: open,
  } satisfies types.input.core.v1.ConfigMap;
}

export function renderSecret(plan: Plan, pool: Pool, { secret, hash }: Pick<PoolConfig, "secret" | "hash">) {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: configMetadata(plan, pool, hash),
    type: "Opaque",
    immutable: true,
    stringData: secret,
  } satisfies types.input.core.v1.Secret;
}

function configMetadata({ name, kubernetes }: Plan, pool: Pool, hash: string) {
  return {
    name: `${names.group(name, pool.name)}-${hash}`,
    namespace: kubernetes.namespace,
    labels: poolLabels(name, pool),
  };
}

/** An object, and whether it holds secrets. */
export interface Manifest {
  readonly object: { readonly kind: string; readonly metadata: { readonly name: string } };
  readonly secret: boolean;
}

/**
 * Every object of a cluster, in the order in which they can be applied, for those who apply them by other means than
 * Pulumi. Pods are then replaced by the StatefulSets' own controller, one of each set at a time; brokers in more than one
 * set, as racks make them, are left to be deleted by hand, since one of each rack may be all that a partition has. Secrets,
 * which nobody writes into a repository, have one name for good. Pure.
 */
export function renderManifests(plan: Plan, decided: Decided): Manifest[] {
  const outside = plan.kubernetes.external === "none" ? [] : brokersOf(plan).map(({ id }) => id);
  const open = [
    ...(plan.kubernetes.createNamespace ? [renderNamespace(plan)] : []),
    renderServiceAccount(plan),
    ...groupsOf(plan).flatMap((group) => [renderDisruptionBudget(plan, group), renderNetworkPolicy(plan, group)]),
    renderNodesService(plan),
    renderBootstrapService(plan),
    ...outside.map((id) => renderExternalService(plan, id, decided.ports[`${plan.security.listeners.outside}@${id}`])),
    renderExternalMap(plan, externalAddresses(plan, decided.ports, {})),
  ];
  return [
    ...open.map((object) => ({ object, secret: false })),
    ...poolsOf(plan).flatMap((pool) => renderPool(plan, pool, decided)),
  ];
}

function renderPool(plan: Plan, pool: Pool, decided: Decided): Manifest[] {
  const { secret } = renderConfig(plan, pool, decided);
  const config = renderConfig(plan, pool, unsealed(plan));
  const configMap = renderConfigMap(plan, pool, config);
  const { immutable: _, ...kept } = renderSecret(plan, pool, { secret, hash: "" });
  const secretName = Object.keys(secret).length > 0 ? names.group(plan.name, pool.name) : undefined;
  const pod = { ...decided, config: configMap.metadata.name, secret: secretName };
  const isAlone = poolsOf(plan).filter((other) => groupOf(other) === groupOf(pool)).length === 1;
  const set = { object: renderStatefulSet(plan, pool, pod, isAlone ? "RollingUpdate" : "OnDelete"), secret: false };
  if (secretName === undefined) return [{ object: configMap, secret: false }, set];
  const object = { ...kept, metadata: { ...kept.metadata, name: secretName } };
  return [{ object: configMap, secret: false }, { object, secret: true }, set];
}

/** In place of secrets that are not made yet: which files hold any does not depend on them. */
export const unsealed = ({ secrets, security }: Pick<Plan, "secrets" | "security">): Sealed => ({
  secrets: Object.fromEntries(secrets.map((name) => [name, ""])),
  certificates: {
    authority: "",
    pems: Object.fromEntries(
      (security.certificates?.wanted ?? []).map(({ name }) => [name, { certificate: "", key: "" }]),
    ),
  },
});
