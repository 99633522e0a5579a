/** The seam of gaps.ts for features (KIP-584): what a node supports, what the cluster is at, and raising it. */
import type { Levels, Raise } from "../../infra/plan/versions.ts";
import type { NodeConnection } from "./gaps.ts";

export interface Features {
  /** Levels that the cluster is finalized at; empty in ZooKeeper mode. */
  readonly finalized: Levels;
  /** Levels that this node can run with. */
  readonly supported: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
}

const TIMEOUT_MS = 30_000;

/** Asked of one node, which answers for itself. */
export async function describeFeatures(node: NodeConnection): Promise<Features> {
  const { apiVersionsV4 } = await import("@platformatic/kafka");
  // Of version 4, as earlier ones leave out features that are supported from 0 on.
  const { finalizedFeatures = [], supportedFeatures = [] } = await apiVersionsV4.api.async(node, "kafka-stacks", "1");
  return {
    finalized: Object.fromEntries(finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel])),
    supported: Object.fromEntries(
      supportedFeatures.map(({ name, minVersion, maxVersion }) => [name, { min: minVersion, max: maxVersion }]),
    ),
  };
}

/** Raises all of them, or none. @throws with Kafka's reason, such as a node that does not support a level. */
export async function raiseFeatures(node: NodeConnection, raises: readonly Raise[]): Promise<void> {
  const { FeatureUpgradeTypes, ResponseError, updateFeaturesV1 } = await import("@platformatic/kafka");
  const updates = raises.map(({ feature, to }) => ({
    feature,
    maxVersionLevel: to,
    upgradeType: FeatureUpgradeTypes.UPGRADE,
  }));
  await updateFeaturesV1.api.async(node, TIMEOUT_MS, updates, false).catch((error: unknown) => {
    if (!(error instanceof ResponseError)) throw error;
    const { errorMessage, results } = error.response as Awaited<ReturnType<typeof updateFeaturesV1.api.async>>;
    const said = [errorMessage, ...results.map((one) => one.errorMessage)].filter((text) => text);
    throw new Error(said.length > 0 ? [...new Set(said)].join("; ") : error.message, { cause: error });
  });
}
