import { as } from "../../../../scripts/kafka/identity.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import type { KubeApi } from "../api.ts";
import { reachTold, toldOf } from "../tunnel/reach.ts";
import type { RolloutArgs, RolloutState } from "./args.ts";
import type { Observed, SeenNode } from "./decide.ts";
import { Events } from "./events.ts";
import { giveBack, isKraft, KafkaView, serversOf } from "./kafka.ts";
import { hostsOf, type Live, readLive } from "./live.ts";
import { Recovery } from "./recovery.ts";
import { Watch } from "./watch.ts";

/** How often a process must end: one without its ZooKeeper, or registered there from before, ends a few times. */
const CRASHES = { kraft: 3, zookeeper: 4 };

export interface ObserverOptions {
  readonly api: KubeApi;
  readonly args: RolloutArgs;
  readonly context: Pick<OperationContext, "warn" | "signal">;
  /** As the state has it; empty for a new cluster. */
  readonly before: Partial<Pick<RolloutState, "told">>;
}

export interface Look {
  readonly live: Live;
  readonly observed: Observed;
}

/** Puts together what is to be known for a decision. It changes nothing, so an abort ends it in the middle. */
export class Observer {
  readonly watch: Watch;
  readonly #options: ObserverOptions;
  readonly #events: Events;
  readonly #recovery: Recovery;
  readonly #kafka: KafkaView;
  /** Nodes that we restarted and that do not lead again what they should. */
  readonly #taken = new Set<number>();

  constructor(options: ObserverOptions) {
    const { api, args, before, context } = options;
    const kraft = isKraft(args);
    const crashes = kraft ? CRASHES.kraft : CRASHES.zookeeper;
    this.#options = options;
    this.watch = new Watch({ args, told: before.told ?? {}, retry: before.told !== undefined, crashes });
    this.#events = new Events(api, args.namespace);
    this.#recovery = new Recovery(api, args.namespace);
    this.#kafka = new KafkaView({ kraft, warn: context.warn });
  }

  async look(): Promise<Look> {
    const { api, args, context } = this.#options;
    const { signal } = context;
    const live = await unlessAborted(readLive(api, args), signal);
    const events = await unlessAborted(this.#events.of(live.nodes), signal);
    const seen = this.watch.see(live.nodes, ({ pod }) => events.get(pod) ?? []);
    const nodes = await unlessAborted(this.#recovery.explain(seen), signal);
    const servers = asksKafka(nodes) ? await this.servers(live) : [];
    const kafka = await unlessAborted(
      as(args.admin, () => this.#kafka.look(servers)),
      signal,
    );
    const terms = {
      allowUnavailable: args.allowUnavailable ?? true,
      ...(args.kafkaVersion === undefined ? {} : { kafkaVersion: args.kafkaVersion }),
      ...(args.replaces === undefined ? {} : { replaces: args.replaces.id }),
    };
    return { live, observed: { nodes, order: args.order, unseen: live.unseen, kafka, terms } };
  }

  /** Gives nodes that we restarted, and that serve again, what they should lead; once for each. */
  async giveBack({ live, observed: { nodes } }: Look): Promise<void> {
    const { args, context } = this.#options;
    const back = nodes.filter(({ id, is }) => is === "ready" && this.#taken.has(id));
    if (back.length === 0) return;
    const servers = await this.servers(live);
    for (const node of back) {
      this.#taken.delete(node.id);
      if (servers.length === 0 || !this.#kafka.hasAnswered || !node.roles.includes("broker")) continue;
      await as(args.admin, () => giveBack(servers, isKraft(args), node)).catch((error: unknown) => {
        context.warn(`node ${node.id} does not lead all it should: ${(error as Error).message}`);
      });
    }
  }

  took(node: SeenNode): void {
    this.#taken.add(node.id);
    this.watch.took(node);
  }

  /** Where Kafka may be asked. */
  async servers(live: Live): Promise<string[]> {
    const { api, args, before } = this.#options;
    const servers = serversOf(args, before, hostsOf(live.nodes));
    // Nobody hears of a pod that is away: that is what a roll is about.
    if (servers.length > 0) await reachTold({ access: api, told: toldOf(args), tell: () => {} });
    return servers;
  }
}

/** Only where a pod that runs may have to go. */
function asksKafka(nodes: readonly SeenNode[]): boolean {
  const away = nodes.some(({ is }) => is === "gone" || is === "ending" || is === "down");
  return !away && nodes.some(({ stale, is }) => stale && (is === "up" || is === "ready"));
}

async function unlessAborted<T>(look: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([look, aborted]).finally(() => signal.removeEventListener("abort", abort));
}
