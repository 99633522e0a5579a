import { configKeysOf } from "../spec/kafka-configs.ts";
import { ownedKey } from "../spec/owned-keys.ts";

type Properties = Readonly<Record<string, string>>;

/**
 * Kafka calls these dynamic, but controllers decide by them, from the default of the whole cluster: Kafka 4 even refuses
 * min.insync.replicas for one broker (KIP-966).
 */
const OF_CONTROLLERS = ["min.insync.replicas", "unclean.leader.election.enable"];

/** Whether controllers decide by a key, so that it is one value of the whole cluster. */
export const isOfControllers = (key: string): boolean => OF_CONTROLLERS.includes(key);

/** Keys whose values differ, sorted. */
export function changedKeys(before: Properties, after: Properties): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]).toSorted();
}

/**
 * What to set on a broker while it runs, so that it is as if it had started with `after`; undefined when only a restart
 * does that, and when nothing differs. Pure. By Kafka's own update modes, but
 *
 * - keys that the plan owns (listeners, stores) depend on more than their value,
 * - a key that is taken out has no value to set: the one that the process started with would come back.
 */
export function liveValues(kafkaVersion: string, before: Properties, after: Properties): Properties | undefined {
  const known = configKeysOf(kafkaVersion).broker;
  const changed = changedKeys(before, after);
  const isLive = (key: string) =>
    after[key] !== undefined && known[key]?.update && !ownedKey(key) && !isOfControllers(key);
  if (changed.length === 0 || !changed.every(isLive)) return undefined;
  return Object.fromEntries(changed.map((key) => [key, after[key]!]));
}
