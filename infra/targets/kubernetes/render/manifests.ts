import type { types } from "@pulumi/kubernetes";
import type { Decisions } from "../../decisions/kept.ts";
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
import { poolLabels } from "./labels.ts";
import { brokersOf, renderBootstrapService, renderExternalService, renderNodesService } from "./services.ts";
import { type Roller, renderStatefulSet } from "./stateful-set.ts";

/** What is decided for a cluster before its objects can be written down. */
export interface Decided extends Decisions {
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
  return { name: configName(name, pool, hash), namespace: kubernetes.namespace, labels: poolLabels(name, pool) };
}

export const configName = (stack: string, { name }: Pick<Pool, "name">, hash: string): string =>
  `${names.group(stack, name)}-${hash}`;

/**
 * Every object of a cluster, in the order in which they can be applied. Pure. Objects that hold secrets are among them.
 *
 * @throws Error with load balancers: only the cluster tells their addresses, so no one can write them down before.
 */
export function renderManifests(plan: Plan, decided: Decided, roller: Roller): object[] {
  const { kubernetes } = plan;
  const pools = poolsOf(plan).map((pool) => {
    const config = renderConfig(plan, pool, decided.secrets);
    const hasSecret = Object.keys(config.secret).length > 0;
    const name = configName(plan.name, pool, config.hash);
    const pod = { ...decided, config: name, secret: hasSecret ? name : undefined };
    return { pool, config, hasSecret, set: renderStatefulSet(plan, pool, pod, roller) };
  });
  const outside = kubernetes.external === "none" ? [] : brokersOf(plan).map(({ id }) => id);
  return [
    ...(kubernetes.createNamespace ? [renderNamespace(plan)] : []),
    renderServiceAccount(plan),
    ...groupsOf(plan).flatMap((group) => [renderDisruptionBudget(plan, group), renderNetworkPolicy(plan, group)]),
    renderNodesService(plan),
    renderBootstrapService(plan),
    ...outside.map((id) => renderExternalService(plan, id, decided.ports[`EXTERNAL@${id}`])),
    ...(outside.length > 0 ? [renderExternalMap(plan, externalAddresses(plan, decided.ports, {}))] : []),
    ...pools.flatMap(({ pool, config, hasSecret, set }) => [
      renderConfigMap(plan, pool, config),
      ...(hasSecret ? [renderSecret(plan, pool, config)] : []),
      set,
    ]),
  ];
}
