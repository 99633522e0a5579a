import type { Problem } from "../problem.ts";
import type { StackSpec, TopicSpec } from "../resolve.ts";
import type { Check } from "./check.ts";

const replicasFit: Check = {
  reads: ["preset", "brokers.count"],
  *run({ topics, brokers }) {
    for (const [index, { replicationFactor }] of topics.entries()) {
      if (replicationFactor <= brokers.count) continue;
      yield {
        path: ["topics", index, "replicationFactor"],
        message: `wanted at most ${brokers.count}, one replica on each broker, found ${replicationFactor}`,
        next: `lower it, or raise brokers.count to ${replicationFactor}`,
      };
    }
  },
};

/** Kafka's own topics: with too large a factor it cannot create them, and consumer groups or transactions never work. */
const configuredReplicasFit: Check = {
  reads: ["brokers.count"],
  *run({ kafka, brokers }) {
    for (const [section, { config }] of Object.entries({ kafka, brokers }))
      for (const [key, value] of Object.entries(config)) {
        if (!key.endsWith("replication.factor") || Number(value) <= brokers.count) continue;
        yield {
          path: [section, "config", key],
          message: `wanted at most ${brokers.count}, one replica on each broker, found ${value}`,
          next: `lower it, or raise brokers.count to ${value}`,
        };
      }
  },
};

/** A topic that writes both numbers is judged by them alone, whatever is wrong elsewhere. */
const byOwnNumbers = (
  reads: readonly string[],
  judge: (topic: TopicSpec, spec: StackSpec) => Omit<Problem, "path"> | undefined,
): Check[] =>
  [true, false].map((own) => ({
    reads: own ? reads : ["preset", "brokers.count", ...reads],
    *run(spec, file) {
      for (const [index, topic] of spec.topics.entries()) {
        const { replicationFactor, minInsyncReplicas } = file.topics[index] ?? {};
        if ((replicationFactor !== undefined && minInsyncReplicas !== undefined) !== own) continue;
        const found = judge(topic, spec);
        if (found) yield { path: ["topics", index, "minInsyncReplicas"], ...found };
      }
    },
  }));

const minIsrFits = byOwnNumbers([], ({ replicationFactor, minInsyncReplicas }) =>
  minInsyncReplicas <= replicationFactor
    ? undefined
    : {
        message: `wanted at most the replication factor ${replicationFactor}, found ${minInsyncReplicas}: no write with acks=all could succeed`,
        next: `write ${Math.max(1, replicationFactor - 1)}`,
      },
);

/** With min ISR = RF a single broker down, even for a restart, stops every acks=all write to the topic. */
const survivesOneFailure = byOwnNumbers(
  ["allowUnavailableOnOneFailure"],
  ({ replicationFactor, minInsyncReplicas }, { allowUnavailableOnOneFailure }) =>
    allowUnavailableOnOneFailure || replicationFactor === 1 || minInsyncReplicas !== replicationFactor
      ? undefined
      : {
          message: `wanted less than the replication factor ${replicationFactor}, found ${minInsyncReplicas}: one broker down stops acks=all writes`,
          next: `write ${replicationFactor - 1}, or set allowUnavailableOnOneFailure to true`,
        },
);

export const replicaChecks: readonly Check[] = [
  replicasFit,
  configuredReplicasFit,
  ...minIsrFits,
  ...survivesOneFailure,
];
