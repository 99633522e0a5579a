import type { Admin } from "kafkajs";
import type { ClusterOutputs } from "../../infra/outputs.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { only, type TopicAction, type TopicChange } from "../ops/topics/change.ts";
import { diffTopics } from "../ops/topics/diff.ts";
import { diffOverrides, overridableKeys } from "../ops/topics/overrides.ts";
import { withAnyBroker } from "./cluster.ts";
import { readOverrides } from "./overrides.ts";
import { readTopics } from "./topics.ts";

const TIMEOUT_MS = 10_000;
const COUNTED_AT_ONCE = 8;

export interface TopicsOptions {
  /** Also delete what the stack does not declare. */
  readonly prune?: boolean;
  /** Whether Kafka is asked what it would refuse. Default: true. False while the cluster lacks brokers that the plan has. */
  readonly asksKafka?: boolean;
}

/** What separates the live topics from the declared ones; topics to be deleted come with their record counts. */
export async function planTopics(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  { asksKafka = true, ...options }: TopicsOptions = {},
): Promise<TopicChange[]> {
  const brokers = plan.nodes.filter(({ roles }) => roles.includes("broker"));
  const keys = [...new Set(plan.topics.flatMap(({ config }) => Object.keys(config)))];
  const diffOptions = { ...options, kafkaVersion: plan.kafkaVersion };
  const [live, overrides] = await withAnyBroker(outputs.bootstrapServers, TIMEOUT_MS, (node) =>
    Promise.all([readTopics(node, keys), readOverrides(node, overridableKeys(plan))]),
  );
  const ofBrokers = diffOverrides(plan, overrides);
  const changes = [...ofBrokers, ...diffTopics(plan.topics, live, brokers, diffOptions)];
  if (only(changes, "change-replication").length === 0 && only(changes, "delete").length === 0)
    return asksKafka ? foreseen(changes, outputs) : changes;

  // Loaded only here: what nearly every run needs goes without kafkajs.
  const [{ withAdmin }, { settled }] = await Promise.all([import("./admin.ts"), import("./reassign.ts")]);
  return withAdmin(outputs.bootstrapServers, async (admin) => {
    const counts = new Map<string, number | null>();
    const doomed = only(changes, "delete").map(({ topic }) => topic);
    for (let start = 0; start < doomed.length; start += COUNTED_AT_ONCE) {
      const names = doomed.slice(start, start + COUNTED_AT_ONCE);
      await Promise.all(names.map(async (name) => counts.set(name, await countRecords(admin, name))));
    }
    const settledChanges = diffTopics(plan.topics, await settled(admin, live), brokers, diffOptions).map((change) =>
      change.action === "delete"
        ? { ...change, from: { ...change.from, records: counts.get(change.topic) ?? null } }
        : change,
    );
    const all = [...ofBrokers, ...settledChanges];
    return asksKafka ? foreseen(all, outputs) : all;
  });
}

/** Kafka is asked about those that it may refuse. */
async function foreseen(changes: readonly TopicChange[], { bootstrapServers }: ClusterOutputs): Promise<TopicChange[]> {
  if (!changes.some(({ action }) => ASKED.has(action))) return [...changes];
  const { foresee } = await import("./validate-topics.ts");
  return foresee(bootstrapServers, changes);
}

const ASKED: ReadonlySet<TopicAction> = new Set(["create", "add-partitions", "set-config"]);

/** Between the first and the last offset: an upper bound on compacted topics. Null when it cannot be told. */
async function countRecords(admin: Admin, topic: string): Promise<number | null> {
  const offsets = await admin.fetchTopicOffsets(topic).catch(() => null);
  return offsets?.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0) ?? null;
}
