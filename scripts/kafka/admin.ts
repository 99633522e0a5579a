import kafkajs, { type Admin } from "kafkajs";
import { Deadline, monotonic } from "../../base/time.ts";
import { UserError } from "../../infra/errors.ts";
import { kafkaErrors } from "../ops/connection-faults.ts";
import { few } from "../ops/words.ts";
import { createClient } from "./client.ts";
import { reason } from "./cluster.ts";
import { type Refusal, TopicsRefused } from "./gaps-topics.ts";

/** Faults that pass by themselves, or say that an earlier try did its work after all. */
const TRANSIENT = new Set([
  "TOPIC_ALREADY_EXISTS",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "NOT_CONTROLLER",
  "REQUEST_TIMED_OUT",
  "THROTTLING_QUOTA_EXCEEDED",
  "LEADER_NOT_AVAILABLE",
  "COORDINATOR_NOT_AVAILABLE",
]);

/** Runs `work` with a connected kafkajs admin and disconnects it, whatever happens. */
export async function withAdmin<T>(
  bootstrapServers: readonly string[],
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = createClient(bootstrapServers, "kafka-stacks-admin").admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

export interface Goal<T> {
  /** In words, for the error: `create topics`. */
  readonly what: string;
  /** What is still to be done, asked of the cluster itself. */
  remaining(): Promise<readonly T[]>;
  act(items: readonly T[]): Promise<unknown>;
  readonly deadlineMs: number;
  /** What was granted when it aborts stays. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Acts until nothing remains. What remains is always read from the cluster, so a request whose answer was lost is
 * neither repeated nor mistaken for a failure. One that was granted is not sent again: brokers learn of it by and by.
 * @throws UserError on a fault that will not pass, or at the deadline.
 */
export async function reach<T>(goal: Goal<T>): Promise<void> {
  const deadline = new Deadline(goal.deadlineMs);
  let granted = false;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    goal.signal?.throwIfAborted();
    const items = await goal.remaining();
    goal.signal?.throwIfAborted();
    if (items.length === 0) return;
    let fault: unknown = null;
    if (!granted)
      fault = await goal.act(items).then(
        () => null,
        (error: unknown) => error,
      );
    granted ||= fault === null;
    const late = deadline.isOver;
    if ((fault !== null && !isTransient(fault)) || late)
      throw new UserError(
        `cannot ${goal.what}: ${fault === null ? `${items.length} still missing at the deadline` : describeFault(fault)}`,
        "mend the cause and run the command again: what was done stays, the rest is done then",
      );
    await monotonic.sleep(pauseMs, goal.signal);
  }
}

function faultsOf(error: unknown): readonly unknown[] {
  return error instanceof kafkajs.KafkaJSAggregateError ? error.errors : [error];
}

const refusalWords = ({ topic, reason }: Refusal): string => `${topic}: ${reason}`;

/** Whether Kafka would say otherwise a moment later. */
export const passes = ({ error }: Refusal): boolean => TRANSIENT.has(error);

function isTransient(error: unknown): boolean {
  if (error instanceof TopicsRefused) return error.refusals.every(passes);
  if (isUnreachable(error)) return true;
  return faultsOf(error).every(
    (fault) => fault instanceof kafkajs.KafkaJSError && (fault.retriable || TRANSIENT.has(faultType(fault))),
  );
}

/** What a given node did not answer may be asked again: what remains is read from the cluster. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("PLT_KFK_") && !kafkaErrors(error).length;

/** Kafka's name of the fault, also of the one that made kafkajs give up. */
function faultType(fault: Error): string {
  if ("type" in fault) return String(fault.type);
  return fault.cause instanceof Error ? faultType(fault.cause) : "";
}

function describeFault(error: unknown): string {
  if (error instanceof TopicsRefused) return few(error.refusals.map(refusalWords), "; ");
  const lines = faultsOf(error).map((fault) => {
    const topic = fault instanceof Error && "topic" in fault ? `${fault.topic}: ` : "";
    return topic + reason(fault);
  });
  return few(lines, "; ");
}
