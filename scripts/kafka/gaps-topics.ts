/**
 * The requests that make and remove topics, in the manner of `gaps.ts`. kafkajs has them too, and throws away what Kafka says
 * against each topic.
 */
import type { NodeConnection } from "./gaps.ts";

const library = () => import("@platformatic/kafka");

/** What Kafka says against one item of a request. */
export interface Refusal {
  readonly topic: string;
  /** Kafka's name of the error: INVALID_TOPIC_EXCEPTION, POLICY_VIOLATION, … */
  readonly error: string;
  /** In Kafka's words. */
  readonly reason: string;
}

/** Some items of a request were refused; the others were done. */
export class TopicsRefused extends Error {
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    super("Kafka refuses topics");
    this.refusals = refusals;
  }
}

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

/** How a request is meant. */
export interface Manner {
  readonly timeoutMs: number;
  /** Kafka only says what it would answer. */
  readonly validateOnly?: boolean;
}

/** @throws TopicsRefused */
export async function createTopics(
  node: NodeConnection,
  topics: readonly NewTopic[],
  { timeoutMs, validateOnly = false }: Manner,
): Promise<void> {
  const { createTopicsV7 } = await library();
  const items = topics.map(({ topic, partitions, replicationFactor, config }) => ({
    ...{ name: topic, numPartitions: partitions, replicationFactor, assignments: [] },
    configs: Object.entries(config).map(([name, value]) => ({ name, value })),
  }));
  await refusing(createTopicsV7.api.async(node, items, timeoutMs, validateOnly), ({ topics }) => topics);
}

/** @throws TopicsRefused */
export async function createPartitions(
  node: NodeConnection,
  topics: readonly { readonly topic: string; readonly count: number }[],
  { timeoutMs, validateOnly = false }: Manner,
): Promise<void> {
  const { createPartitionsV3 } = await library();
  const items = topics.map(({ topic, count }) => ({ name: topic, count, assignments: null }));
  await refusing(createPartitionsV3.api.async(node, items, timeoutMs, validateOnly), ({ results }) => results);
}

/** @throws TopicsRefused */
export async function deleteTopics(
  node: NodeConnection,
  topics: readonly string[],
  { timeoutMs }: Pick<Manner, "timeoutMs">,
): Promise<void> {
  const { deleteTopicsV6 } = await library();
  const items = topics.map((name) => ({ name }));
  await refusing(deleteTopicsV6.api.async(node, items, timeoutMs), ({ responses }) => responses);
}

interface Answered {
  readonly name?: string | null | undefined;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}

async function refusing<A>(answer: Promise<A>, itemsOf: (answer: A) => readonly Answered[]): Promise<void> {
  const { ProtocolError, ResponseError } = await library();
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    const told = error.errors.filter((one) => one instanceof ProtocolError);
    const refused = itemsOf(error.response as A).filter(({ errorCode }) => errorCode !== 0);
    throw new TopicsRefused(
      refused.map(({ name, errorCode, errorMessage }) => {
        const known = told.find((one) => one.apiCode === errorCode);
        const reason = errorMessage || known?.message || `error ${errorCode}`;
        return { topic: name ?? "", error: String(known?.apiId ?? errorCode), reason };
      }),
    );
  }
}
