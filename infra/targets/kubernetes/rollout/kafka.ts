import { readGateState } from "../../../../scripts/kafka/gate-state.ts";
import type { PartitionId } from "../../../../scripts/ops/gate/returned.ts";
import type { GateState } from "../../../../scripts/ops/gate/state.ts";
import type { RolloutArgs, RolloutState } from "./args.ts";
import type { Observed, SeenNode } from "./decide.ts";

/** A cluster that gets its first way in from outside answers there only once its nodes have restarted. */
const NEVER_ANSWERED_MS = 15_000;
/** After that it is asked again so often: silence takes its time too. */
const AGAIN_MS = 60_000;

export interface KafkaOptions {
  readonly kraft: boolean;
  /** Told once, when readiness decides although Kafka should be asked. */
  warn(message: string): void;
  read?(servers: readonly string[], kraft: boolean): Promise<GateState>;
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

  /** @param isDue whether a broker serves where it should be asked: its silence is then no reason to go by less. */
  async look(servers: readonly string[], isDue: boolean): Promise<Observed["kafka"]> {
    const { kraft, read = readGateState, warn } = this.#options;
    if (servers.length === 0) return null;
    if (!isDue && this.#gaveUpAt !== undefined && this.#clock() - this.#gaveUpAt < AGAIN_MS) return null;
    this.#since ??= this.#clock();
    try {
      const state = await read(servers, kraft);
      this.#answered = true;
      this.#gaveUpAt = undefined;
      return state;
    } catch (error) {
      const { message } = error as Error;
      const silence = `Kafka does not answer: ${message}`;
      if (this.#answered || this.#clock() - this.#since < NEVER_ANSWERED_MS) return silence;
      if (isDue)
        return `${silence}; check that its brokers can be reached from here, or let the pods' readiness decide: up --allow-unavailable`;
      if (this.#gaveUpAt === undefined) warn(`the roll goes by the pods' readiness alone, because ${message}`);
      this.#gaveUpAt = this.#clock();
      return null;
    }
  }
}

/** Gives partitions back to who should lead them. @throws when Kafka does not answer, or refuses some. */
export async function giveBack(
  servers: readonly string[],
  kraft: boolean,
  leads: readonly PartitionId[],
): Promise<void> {
  const { electPreferredLeaders } = await import("../../../../scripts/kafka/elect-leaders.ts");
  await electPreferredLeaders(servers, kraft, leads);
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

/**
 * Whether a broker that serves tells clients what it should, so that Kafka has to answer there; not so while its first way in
 * from outside, or another one, comes about. Pure.
 */
export const isDue = (
  { external }: Pick<RolloutArgs, "external">,
  told: RolloutState["told"],
  nodes: readonly Pick<SeenNode, "id" | "is">[],
): boolean => nodes.some(({ id, is }) => is === "ready" && !!external[id] && told[id] === external[id]);
