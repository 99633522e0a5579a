import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { UserError } from "../../../errors.ts";
import type { KubeApi } from "../api.ts";
import { Forbidden, KubeError } from "../api-errors.ts";
import { evict, remove, scaleBack } from "./act.ts";
import type { RolloutArgs, RolloutState } from "./args.ts";
import { nextStep, type SeenNode, type Step } from "./decide.ts";
import { Events } from "./events.ts";
import { RolloutFailure, stuck, withLog } from "./failure.ts";
import { isKraft, KafkaView } from "./kafka.ts";
import { hostsOf, type Live, readLive } from "./live.ts";
import { Patience } from "./patience.ts";
import { Watch } from "./watch.ts";

export interface Convergence {
  readonly api: KubeApi;
  readonly args: RolloutArgs;
  readonly context: Pick<OperationContext, "log" | "warn" | "signal">;
  /** As the state has it; empty for a new cluster. */
  readonly before: Partial<Pick<RolloutState, "told" | "bootstrapServers">>;
}

/** What is known of the nodes, kept up to date while it goes on: whoever catches an error can keep it. */
export type Reached = Pick<RolloutState, "hosts" | "told">;

const POLL_MS = 400;
const PATIENCE_SECONDS = 600;
/** An API server that restarts is away for a minute or so. */
const API_AWAY_MS = 120_000;

/**
 * Watches and acts until every pod runs what its StatefulSet says and serves. What to do is decided by {@link nextStep}.
 * Each round looks anew, so it does not matter where an earlier run was interrupted.
 */
export class Rollout {
  readonly #work: Convergence;
  readonly #watch: Watch;
  readonly #events: Events;
  readonly #kafka: KafkaView;
  readonly #patience: Patience;
  #hosts: Record<string, string> = {};
  #awaySince: number | undefined;

  constructor(work: Convergence) {
    const { api, args, before, context } = work;
    const servers = [...new Set([...args.bootstrapServers, ...(before.bootstrapServers ?? [])])];
    this.#work = work;
    this.#watch = new Watch({ args, told: before.told ?? {}, retry: before.told !== undefined });
    this.#events = new Events(api, args.namespace);
    this.#kafka = new KafkaView({ servers, kraft: isKraft(args), warn: context.warn });
    this.#patience = new Patience({ limitMs: (args.patienceSeconds ?? PATIENCE_SECONDS) * 1_000, log: context.log });
  }

  get reached(): Reached {
    return { hosts: this.#hosts, told: this.#watch.told };
  }

  /** @throws UserError when a pod will not come up, or nothing has changed for the patience; when the signal aborts. */
  async run(): Promise<void> {
    const { signal } = this.#work.context;
    while (!(await this.#round().catch((error: unknown) => this.#bear(error)))) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }

  /** One look and what follows from it. @returns whether all is done. */
  async #round(): Promise<boolean> {
    const { api, args, context } = this.#work;
    const live = await unlessAborted(readLive(api, args), context.signal);
    this.#hosts = hostsOf(live.nodes);
    for (const { statefulSet, nodes } of live.short) {
      context.log(`bringing ${statefulSet} back to ${nodes.length} pods`);
      await scaleBack(api, args.namespace, statefulSet, nodes.length);
    }
    const events = await unlessAborted(this.#events.of(live.nodes), context.signal);
    const nodes = this.#watch.see(live.nodes, ({ pod }) => events.get(pod) ?? []);
    const kafka = asksKafka(nodes) ? await unlessAborted(this.#kafka.look(), context.signal) : null;
    const step = nextStep({ nodes, order: args.order, unseen: live.unseen, kafka });
    this.#awaySince = undefined;
    if (step.action === "done") return live.short.length === 0;
    await this.#take(step, live, nodes);
    return false;
  }

  async #take(step: Exclude<Step, { readonly action: "done" }>, live: Live, nodes: readonly SeenNode[]): Promise<void> {
    const { api, args, context } = this.#work;
    const nodeOf = (id: number) => nodes.find((node) => node.id === id)!;
    if (step.action === "fail") throw await withLog(api, args, nodeOf(step.id), step.fault);
    if (step.action === "wait") return this.#wait(step.reason, live, nodes);
    const node = nodeOf(step.id);
    const uid = live.nodes.find(({ id }) => id === step.id)?.object?.metadata?.uid ?? "";
    const pod = { namespace: args.namespace, name: node.pod, uid };
    context.signal.throwIfAborted();
    const refused = step.how === "evict" ? await evict(api, pod) : await remove(api, pod);
    if (refused) return this.#wait(refused, live, nodes);
    this.#watch.took(node);
    this.#patience.renew();
    this.#patience.say(`restarting ${node.pod}`);
  }

  #wait(reason: string, live: Live, nodes: readonly SeenNode[]): void {
    const ready = nodes.filter(({ is }) => is === "ready");
    const current = ready.filter(({ stale }) => !stale);
    this.#patience.note([reason, `${-current.length} current`, ...nodes.map((node) => signOf(node, live))]);
    if (this.#patience.isOver) throw stuck(reason, nodes, this.#work.args);
    this.#patience.say(`${ready.length} of ${nodes.length} pods ready; ${reason}`);
  }

  /** An API server may be away for a while; other errors end the roll. @returns false: not done. */
  #bear(error: unknown): false {
    const { signal } = this.#work.context;
    signal.throwIfAborted();
    this.#awaySince ??= performance.now();
    const passes = error instanceof UserError && !(error instanceof Forbidden) && !(error instanceof RolloutFailure);
    if (!passes && !(error instanceof KubeError && error.status === 409)) throw error;
    if (performance.now() - this.#awaySince > API_AWAY_MS) throw error;
    this.#patience.say(error.message);
    return false;
  }
}

/** Only where a pod that runs may have to go. */
function asksKafka(nodes: readonly SeenNode[]): boolean {
  const away = nodes.some(({ is }) => is === "gone" || is === "ending" || is === "down");
  return !away && nodes.some(({ stale, is }) => stale && (is === "up" || is === "ready"));
}

function signOf({ id, pod, is, words }: SeenNode, live: Live): string {
  const object = live.nodes.find((node) => node.id === id)?.object;
  return `${letters(object?.metadata?.uid ?? "")} ${letters(pod)} ${is} ${words}`;
}

/** Without digits, of which only those in the words mean something. */
const letters = (text: string): string => text.replace(/\d/g, (digit) => "abcdefghij"[Number(digit)]!);

/** A look changes nothing, so nobody need wait for its end. */
async function unlessAborted<T>(look: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([look, aborted]).finally(() => signal.removeEventListener("abort", abort));
}
