import { describeConfigs, describeMetadata, type Metadata, type NodeConnection } from "./gaps.ts";
import type { TopicState } from "./state.ts";

/** Topics per request: large enough for few round trips, small enough for an answer of about a megabyte. */
const BATCH = 500;

/**
 * Every topic with its partitions and configs: one metadata request, and one config request per few hundred topics.
 * `keys` limits the configs that are read; a topic that vanishes in between is left out.
 */
export async function readTopics(node: NodeConnection, keys?: readonly string[]): Promise<TopicState[]> {
  return topicStates(node, await describeMetadata(node, null), keys);
}

/** The same from metadata that is already at hand. */
export async function topicStates(
  node: NodeConnection,
  metadata: Metadata,
  keys?: readonly string[],
): Promise<TopicState[]> {
  const names = metadata.topics.map(({ name }) => name);
  const configs = await readTopicConfigs(node, names, keys && [...new Set([...keys, MIN_ISR])]);
  return metadata.topics.flatMap((topic) => {
    const config = configs.get(topic.name);
    return config ? [{ ...topic, ...config }] : [];
  });
}

const MIN_ISR = "min.insync.replicas";
type TopicConfig = Pick<TopicState, "config" | "minIsr">;

async function readTopicConfigs(
  node: NodeConnection,
  names: readonly string[],
  keys: readonly string[] | undefined,
): Promise<Map<string, TopicConfig>> {
  const found = new Map<string, TopicConfig>();
  for (let start = 0; start < names.length; start += BATCH) {
    const resources = names.slice(start, start + BATCH).map((name) => ({ type: "topic" as const, name }));
    for (const [name, entries] of await describeConfigs(node, resources, keys)) {
      const own = entries.flatMap((entry) => (entry.own ? [[entry.name, entry.value ?? ""] as const] : []));
      const minIsr = entries.find((entry) => entry.name === MIN_ISR)?.value ?? "1";
      found.set(name, { config: Object.fromEntries(own), minIsr: Number(minIsr) });
    }
  }
  return found;
}
