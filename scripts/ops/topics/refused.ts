import type { TopicChange } from "./change.ts";

/** A change that Kafka would refuse, as a refusal with Kafka's reason; one that asks it nothing stays. Pure. */
export function refusedChange(change: TopicChange, reason: string): TopicChange {
  const { topic } = change;
  const why = `Kafka refuses it: ${reason.trim().replace(/\.$/, "")}`;
  switch (change.action) {
    case "create": {
      const { partitions, replicationFactor } = change.to;
      return { action: "refuse", topic, from: undefined, to: { partitions, replicationFactor }, reason: why };
    }
    case "add-partitions":
    case "set-config":
      return { action: "refuse", topic, from: change.from, to: change.to, reason: why };
    default:
      return change;
  }
}
