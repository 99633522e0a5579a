import { as } from "../../../../scripts/kafka/identity.ts";
import type { Left } from "../../../../scripts/ops/gate/returned.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import type { KubeApi } from "../api.ts";
import { reachTold, toldOf } from "../tunnel/reach.ts";
import type { RolloutArgs, RolloutState } from "./args.ts";
import type { Observed, SeenNode } from "./decide.ts";
import { Events } from "./events.ts";
import { giveBack, isDue, isKraft, KafkaView, serversOf } from "./kafka.ts";
import { hostsOf, type Live, readLive } from "./live.ts";
import { Recovery } from "./recovery.ts";
import { Returning } from "./returning.ts";
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
  readonly #returning = new Returning();

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
    const { left } = this.#returning;
    const servers = asksKafka(nodes, left) ? await this.servers(live) : [];
    const allowUnavailable = args.allowUnavailable ?? true;
    const due = !allowUnavailable && isDue(args, this.watch.told, nodes);
    const kafka = await unlessAborted(
      as(args.admin, () => this.#kafka.look(servers, due)),
      signal,
    );
    const terms = {
      allowUnavailable,
      ...(args.kafkaVersion === undefined ? {} : { kafkaVersion: args.kafkaVersion }),
      ...(args.replaces === undefined ? {} : { replaces: args.replaces.id }),
    };
    return { live, observed: { nodes, order: args.order, unseen: live.unseen, kafka, left, terms } };
  }

  /** Gives nodes that we restarted, and that are back, what they should lead; once for each. */
  async giveBack({ live, observed: { nodes, kafka } }: Look): Promise<void> {
    const { args, context } = this.#options;
    for (const { id, leads } of this.#returning.back(nodes, kafka)) {
      if (leads.length === 0) continue;
      const servers = await this.servers(live);
      await as(args.admin, () => giveBack(servers, isKraft(args), leads)).catch((error: unknown) => {
        context.warn(`node ${id} does not lead all it should: ${(error as Error).message}`);
      });
    }
  }

  /** @param kafka as it was seen just before. */
  took(node: SeenNode, kafka: Observed["kafka"]): void {
    this.#returning.took(node, kafka);
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

/** Only where a pod that runs may have to go, or one that went may be back. */
function asksKafka(nodes: readonly SeenNode[], left: ReadonlyMap<number, Left>): boolean {
  const away = nodes.some(({ is }) => is === "gone" || is === "ending" || is === "down");
  return !away && nodes.some(({ id, stale, is }) => (stale && (is === "up" || is === "ready")) || left.has(id));
}

async function unlessAborted<T>(look: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([look, aborted]).finally(() => signal.removeEventListener("abort", abort));
}
