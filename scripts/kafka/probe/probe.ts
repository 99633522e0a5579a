/** The beginning and the end of a run: what all checks share is made here, and removed here. */
import { randomBytes } from "node:crypto";
import { logLevel } from "kafkajs";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { layOutTopics, runName } from "../../ops/smoke/layout.ts";
import { fail, pass, undecided, type Verdict } from "../../ops/smoke/report.ts";
import { answeringAddresses, type BrokerAnswer, livingIds } from "../../ops/smoke/verdicts.ts";
import { createClient } from "../client.ts";
import { registerCodecs } from "../codecs.ts";
import { type CheckScope, closeQuietly, PATIENT, type Probe } from "./scope.ts";
import { awaitLeading, awaitVisible, createTopics, removeStale, removeTopics } from "./topics.ts";

/** A client that gives up sends again: on a busy machine what was only slow would be stored twice. */
const REQUEST_TIMEOUT_MS = 15_000;
const VISIBLE_WITHIN_MS = 5_000;

/** Makes what a run needs, without touching the cluster yet. `onFault` hears what kafkajs meets, even if it retries. */
export function openProbe(
  outputs: ClusterOutputs,
  answers: readonly BrokerAnswer[],
  onFault: (text: string) => void,
): Probe {
  registerCodecs();
  const run = runName(new Date(), randomBytes(4).toString("hex"));
  const kafka = createClient(outputs.bootstrapServers, run, {
    retry: PATIENT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => onFault(faultOf(entry.log)),
  });
  return {
    run,
    kafka,
    admin: kafka.admin(),
    producer: kafka.producer({ allowAutoTopicCreation: false }),
    answers,
    topics: layOutTopics(run, livingIds(answers)),
    groups: new Set(),
    pending: [],
    creation: "none",
    ledger: { sent: [], received: [] },
    samples: { produceMs: [], endToEndMs: [] },
  };
}

/** Connects, and creates the topics of this run; leftovers of killed runs are removed meanwhile. */
export async function setUpProbe(scope: CheckScope): Promise<Verdict> {
  const { kafka, admin, producer, topics, answers, pending } = scope.probe;
  const answering = answeringAddresses(answers);
  scope.doing = "connecting to the bootstrap servers";
  await Promise.all([admin.connect(), producer.connect()]);
  pending.push(removeStale(kafka, admin, answering[0]!, new Date()).catch(() => {}));
  scope.doing = "creating the probe topics";
  scope.signal.throwIfAborted();
  scope.probe.creation = "asked";
  const creating = createTopics(admin, topics, scope.signal).then(() => {
    scope.probe.creation = "answered";
  });
  pending.push(creating.catch(() => {}));
  await creating;
  scope.doing = "waiting for every broker to know the probe topics";
  await awaitVisible(topics, answering, VISIBLE_WITHIN_MS);
  scope.doing = "waiting for every leader of the probe topics";
  await awaitLeading(admin, topics, VISIBLE_WITHIN_MS);
  const brokers = new Set(topics.records.assignments.flat()).size;
  return pass(`${Object.keys(topics).length} topics created, replicas placed on ${brokers} brokers`);
}

/** Closes the clients and removes every topic and group of this run. */
export async function closeProbe(scope: CheckScope): Promise<Verdict> {
  const { kafka, admin, producer, run, groups, answers, pending } = scope.probe;
  scope.doing = "waiting for requests under way";
  await Promise.all(pending); // A topic that is still being created would outlive its removal.
  scope.doing = "removing the probe topics";
  const [left] = await Promise.all([
    removeTopics(kafka, answeringAddresses(answers)[0]!, (name) => name.startsWith(run)),
    admin.deleteGroups([...groups]).catch(() => {}), // An empty group without topics expires by itself.
  ]);
  await Promise.all([closeQuietly(producer), closeQuietly(admin)]);
  const hint = "delete them, or run smoke again in an hour";
  if (left.length > 0) return fail(`left behind: ${left.join(", ")}`, hint);
  if (scope.probe.creation === "asked")
    return undecided(`topics named ${run}-… may still appear: the cluster did not answer for them`, hint);
  return pass("the probe topics and groups are removed");
}

function faultOf({ message, error, broker }: { message: string; error?: unknown; broker?: unknown }): string {
  const text = typeof error === "string" && error !== "" ? error : message;
  return typeof broker === "string" && !text.includes(broker) ? `${text} (${broker})` : text;
}
