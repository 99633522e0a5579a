/** Checks of partitions and topics. */
import type { PartitionState, TopicState } from "../../kafka/state.ts";
import { effectiveMinIsr } from "../gate/partitions.ts";
import { diffTopics } from "../topics/diff.ts";
import { few } from "../words.ts";
import type { Check } from "./check.ts";
import type { CheckStatus } from "./report.ts";

export const offlinePartitions: Check = partitionCheck({
  ails: ({ leader }) => leader === null,
  good: "have a leader",
  bad: "no leader",
  status: "fail",
  hint: "bring back a broker that holds a replica; see the brokers check",
});

export const underReplicated: Check = partitionCheck({
  ails: ({ isr, replicas }) => isr.length < replicas.length,
  good: "have all replicas in sync",
  bad: "replicas out of sync",
  status: "fail",
  hint: "wait while they catch up, unless a broker is down or its disk is slow",
});

const acksAllRefused: Check = partitionCheck({
  ails: (partition, { minIsr }) => partition.isr.length < effectiveMinIsr(minIsr, partition),
  good: "have enough in-sync replicas for acks=all",
  bad: "fewer in-sync replicas than min.insync.replicas",
  status: "fail",
  hint: "producers with acks=all are refused there until replicas are back in sync",
});

/** Kafka then takes acks=all with all replicas in sync: sound, and fewer copies than the setting promises. */
const fewerReplicasThanMinIsr: Check = partitionCheck({
  ails: ({ replicas }, { minIsr }) => replicas.length < minIsr,
  good: "have as many replicas as min.insync.replicas asks for",
  bad: "fewer replicas than min.insync.replicas, so acks=all promises fewer copies than that",
  status: "warn",
  hint: "give these topics more replicas: a record whose only copy is lost is lost",
});

export const underMinIsr: Check = (...observed) => {
  const refused = acksAllRefused(...observed);
  const fewer = fewerReplicasThanMinIsr(...observed);
  return refused.status === "pass" && fewer.status === "warn" ? fewer : refused;
};

export const preferredLeaders: Check = partitionCheck({
  ails: ({ leader, replicas }) => leader !== null && leader !== replicas[0],
  good: "are led by their preferred replica",
  bad: "not led by the preferred replica",
  status: "warn",
  hint: "Kafka moves leadership back within five minutes of a broker's return",
});

export const declaredTopics: Check = ({ topics }, plan, outputs) => {
  if (!topics) return { status: "fail", detail: "no broker tells its topics", hint: "see the brokers check" };
  const planned = plan.nodes.filter(({ roles }) => roles.includes("broker"));
  const changes = diffTopics(plan.topics, topics, planned, plan).filter(({ action }) => action !== "unmanaged");
  if (changes.length === 0)
    return { status: "pass", detail: `${plan.topics.length} of ${plan.topics.length} topics are as declared` };
  return {
    status: "fail",
    detail: few(
      changes.map(({ action, topic, reason }) => `${topic}: ${action} (${reason})`),
      "; ",
    ),
    hint: `kafka-stacks topics apply ${outputs.stack}`,
  };
};

interface PartitionRule {
  readonly ails: (partition: PartitionState, topic: TopicState) => boolean;
  readonly good: string;
  readonly bad: string;
  readonly status: CheckStatus;
  readonly hint: string;
}

function partitionCheck({ ails, good, bad, status, hint }: PartitionRule): Check {
  return ({ topics }) => {
    if (!topics) return { status: "skip", detail: "no broker tells its partitions" }; // The topics check fails then.
    const total = topics.reduce((sum, topic) => sum + topic.partitions.length, 0);
    const ailing = topics.flatMap((topic) =>
      topic.partitions
        .filter((partition) => ails(partition, topic))
        .map(({ partition }) => `${topic.name}-${partition}`),
    );
    if (ailing.length === 0) return { status: "pass", detail: `${total} of ${total} partitions ${good}` };
    return { status, detail: `${ailing.length} of ${total} partitions: ${bad} (${few(ailing, ", ", 5)})`, hint };
  };
}
