import { withAnyBroker } from "../../../../scripts/kafka/cluster.ts";
import { describeQuorum } from "../../../../scripts/kafka/gaps.ts";
import { readIsr } from "../../../../scripts/kafka/isr.ts";
import type { RollState } from "../../roll.ts";
import type { RolloutArgs } from "./args.ts";
import type { Observed } from "./decide.ts";

const TIMEOUT_MS = 5_000;

/** A cluster that gets its first way in from outside answers there only once its nodes have restarted. */
const NEVER_ANSWERED_MS = 15_000;

export interface KafkaOptions {
  /** Of now and of before: a listener that is new answers on no node that has not restarted yet. */
  readonly servers: readonly string[];
  readonly kraft: boolean;
  /** Told once, when readiness decides although Kafka should be asked. */
  warn(message: string): void;
  read?(servers: readonly string[], kraft: boolean): Promise<RollState>;
}

/** What Kafka itself says of its partitions and its quorum, for {@link Observed}. */
export class KafkaView {
  readonly #options: KafkaOptions;
  #answered = false;
  #since: number | undefined;
  #warned = false;

  constructor(options: KafkaOptions) {
    this.#options = options;
  }

  async look(): Promise<Observed["kafka"]> {
    const { servers, kraft, read = readKafka, warn } = this.#options;
    if (servers.length === 0) return null;
    this.#since ??= performance.now();
    try {
      const state = await read(servers, kraft);
      this.#answered = true;
      return state;
    } catch (error) {
      const { message } = error as Error;
      if (this.#answered || performance.now() - this.#since < NEVER_ANSWERED_MS)
        return `Kafka does not answer: ${message}`;
      if (!this.#warned) warn(`${message}; the roll goes by the pods' readiness alone`);
      this.#warned = true;
      return null;
    }
  }
}

async function readKafka(servers: readonly string[], kraft: boolean): Promise<RollState> {
  const isr = await readIsr(servers, TIMEOUT_MS);
  return { isr, quorum: kraft ? await withAnyBroker(servers, TIMEOUT_MS, describeQuorum) : null };
}

export const isKraft = ({ sets }: Pick<RolloutArgs, "sets">): boolean => sets.every(({ kind }) => kind !== "zookeeper");
