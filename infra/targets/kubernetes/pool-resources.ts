import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Sealed } from "../decisions/sealed.ts";
import { type Own, unawaited } from "./create.ts";
import type { KubernetesPlanned, Pool } from "./pools.ts";
import { type PoolConfig, renderConfig } from "./render/config.ts";
import { renderConfigMap, renderSecret, unsealed } from "./render/manifests.ts";
import { renderStatefulSet } from "./render/stateful-set.ts";
import type { Cluster } from "./resources.ts";

export interface PoolResources {
  readonly pool: Pool;
  readonly set: k8s.apps.v1.StatefulSet;
  /** Changes with the pods' template. */
  readonly template: pulumi.Output<string>;
}

/** What was decided and made for the cluster before its pods. */
export interface Made {
  readonly cluster: Cluster;
  readonly sealed: pulumi.Output<Sealed>;
}

/** A pool: its configuration and its StatefulSet. */
export function createPool(plan: KubernetesPlanned, pool: Pool, { cluster, sealed }: Made, own: Own): PoolResources {
  const name = pool.statefulSet;
  // Named by the engine, so that one that is on its way out is never taken for one that has just come back.
  const { metadata: openMetadata, ...configMap } = renderConfigMap(
    plan,
    pool,
    renderConfig(plan, pool, unsealed(plan)),
  );
  const config = new k8s.core.v1.ConfigMap(`${name}-config`, { ...configMap, metadata: unnamed(openMetadata) }, own);
  const secret = createSecret(plan, pool, sealed, own);
  const { clusterId, image } = cluster;
  const decided = pulumi.all([clusterId, image, config.metadata.name, secret?.metadata.name]);
  const manifest = decided.apply(([clusterId, image, config, secret]) =>
    renderStatefulSet(plan, pool, { clusterId, image, config, secret }, "OnDelete"),
  );
  const known = renderStatefulSet(plan, pool, { clusterId: "", image: "", config: "", secret: undefined }, "OnDelete");
  const set = new k8s.apps.v1.StatefulSet(
    name,
    { ...unawaited(known), spec: manifest.spec },
    // Claims are made once and then grow by themselves: the template of a StatefulSet cannot change.
    { ...own, ignoreChanges: ["spec.volumeClaimTemplates"] },
  );
  return { pool, set, template: manifest.spec.template.apply(hash) };
}

function createSecret(
  plan: KubernetesPlanned,
  pool: Pool,
  sealed: pulumi.Output<Sealed>,
  own: Own,
): k8s.core.v1.Secret | undefined {
  const undecided = renderConfig(plan, pool, unsealed(plan));
  if (Object.keys(undecided.secret).length === 0) return undefined;
  const { metadata, stringData: _, ...manifest } = renderSecret(plan, pool, undecided);
  const stringData = sealed.apply((sealed): PoolConfig["secret"] => renderConfig(plan, pool, sealed).secret);
  return new k8s.core.v1.Secret(
    `${pool.statefulSet}-secret`,
    { ...manifest, metadata: unnamed(metadata), stringData },
    own,
  );
}

function unnamed<T extends { readonly name: string }>({ name: _, ...metadata }: T): Omit<T, "name"> {
  return metadata;
}

const hash = (template: unknown): string =>
  createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 16);
