import type { Refusal } from "../../plan/refusals.ts";

/** Beside the data of each Kafka node. */
export const META_PROPERTIES = "meta.properties";

/**
 * The cluster's id as a Kafka node keeps it beside its data. In mode zookeeper the first broker that starts chooses it, and
 * nodes that join it must be formatted with that one.
 *
 * @param text of {@link META_PROPERTIES}. @throws when no id stands there.
 */
export function clusterIdIn(text: string): string {
  const id = /^cluster\.id=(.*)$/m.exec(text)?.[1]?.trim();
  if (!id) throw new Error(`${META_PROPERTIES} of broker 1 names no cluster`);
  return id;
}

export const NOTHING_TO_MIGRATE: Refusal = {
  property: "mode",
  reason: "kafka.migration: there is no cluster yet; take it out for a new one in mode zookeeper, or write mode: kraft",
};
