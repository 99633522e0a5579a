import { withAnyBroker } from "../../../../scripts/kafka/cluster.ts";
import { describeQuorum } from "../../../../scripts/kafka/gaps.ts";
import { readIsr } from "../../../../scripts/kafka/isr.ts";
import type { RollState } from "../../roll.ts";
import type { RolloutArgs, RolloutState } from "./args.ts";
import type { Observed } from "./decide.ts";

const TIMEOUT_MS = 5_000;

/** A cluster that gets its first way in from outside answers there only once its nodes have restarted. */
const NEVER_ANSWERED_MS = 15_000;
/** After that it is asked again so often: silence takes its time too. */
const AGAIN_MS = 60_000;

export interface KafkaOptions {
  readonly kraft: boolean;
  /** Told once, when readiness decides although Kafka should be asked. */
  warn(message: string): void;
  read?(servers: readonly string[], kraft: boolean): Promise<RollState>;
  /** ms */
  readonly clock?: () => number;
}

/** What Kafka itself says of its partitions and its quorum, for {@link Observed}. */
export class KafkaView {
  readonly #options: KafkaOptions;
  readonly #clock: () => number;
  #answered = false;
  #since: number | undefined;
  #gaveUpAt: number | undefined;

  constructor(options: KafkaOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  async look(servers: readonly string[]): Promise<Observed["kafka"]> {
    const { kraft, read = readKafka, warn } = this.#options;
    if (servers.length === 0) return null;
    if (this.#gaveUpAt !== undefined && this.#clock() - this.#gaveUpAt < AGAIN_MS) return null;
    this.#since ??= this.#clock();
    try {
      const state = await read(servers, kraft);
      this.#answered = true;
      this.#gaveUpAt = undefined;
      return state;
    } catch (error) {
      const { message } = error as Error;
      if (this.#answered || this.#clock() - this.#since < NEVER_ANSWERED_MS) return `Kafka does not answer: ${message}`;
      if (this.#gaveUpAt === undefined) warn(`the roll goes by the pods' readiness alone, because ${message}`);
      this.#gaveUpAt = this.#clock();
      return null;
    }
  }
}

async function readKafka(servers: readonly string[], kraft: boolean): Promise<RollState> {
  const isr = await readIsr(servers, TIMEOUT_MS);
  return { isr, quorum: kraft ? await withAnyBroker(servers, TIMEOUT_MS, describeQuorum) : null };
}

export const isKraft = ({ sets }: Pick<RolloutArgs, "sets">): boolean => sets.every(({ kind }) => kind !== "zookeeper");

/**
 * Where Kafka may be asked from here: what the brokers tell clients outside, now and before this change, since a listener
 * that is new answers on no node that has not restarted yet. Pure.
 */
export function serversOf(
  args: Pick<RolloutArgs, "external">,
  before: Partial<Pick<RolloutState, "told">>,
  hosts: RolloutState["hosts"],
): string[] {
  const told = [args.external, before.told ?? {}].flatMap((entries) => Object.entries(entries));
  const addresses = told.flatMap(([id, entry]) => {
    if (!entry.startsWith(":")) return entry === "" ? [] : [entry];
    return hosts[id] === undefined ? [] : [`${hosts[id]}${entry}`];
  });
  return [...new Set(addresses)];
}
