import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { UserError } from "../../../errors.ts";
import { Patience } from "../../patience.ts";
import { Forbidden } from "../api-errors.ts";
import { evict, remove, scale, wake } from "./act.ts";
import type { RolloutState } from "./args.ts";
import { nextStep, type SeenNode, type Step } from "./decide.ts";
import { PodEmptying } from "./emptying.ts";
import { notComingUp, RolloutFailure, stuck } from "./failure.ts";
import { hostsOf, type Live } from "./live.ts";
import { noteClaims, requireNodeData } from "./node-data.ts";
import { type Look, Observer, type ObserverOptions } from "./observe.ts";

export interface RolloutOptions extends ObserverOptions {
  readonly context: Pick<OperationContext, "log" | "warn" | "signal">;
}

/** What is known of the nodes: whoever catches an error can keep it. */
export type Reached = Pick<RolloutState, "hosts" | "told">;

const POLL_MS = 400;
/** Kafka is asked for every partition there is. */
const KAFKA_POLL_MS = 1_000;
const PATIENCE_SECONDS = 600;
/** An API server that restarts is away for a minute or so. */
const API_AWAY_MS = 120_000;
/** A pod of an older revision that comes back as one of an older revision will do so for ever. */
const RESTARTS = 3;

/**
 * Watches and acts until every pod runs what its StatefulSet says and serves. What to do is decided by {@link nextStep}.
 * Each round looks anew, so it does not matter where an earlier run was interrupted.
 */
export class Rollout {
  readonly #options: RolloutOptions;
  readonly #observer: Observer;
  readonly #emptying: PodEmptying;
  readonly #patience: Patience;
  readonly #patienceMs: number;
  readonly #restarts = new Map<string, number>();
  /** StatefulSets whose controller was woken. */
  readonly #woken = new Set<string>();
  /** Nodes of which was said that they are withheld. */
  readonly #withheld = new Set<number>();
  #hosts: RolloutState["hosts"] = {};
  #awaySince: number | undefined;
  #looked = false;
  #askedKafka = false;

  constructor(options: RolloutOptions) {
    this.#options = options;
    this.#observer = new Observer(options);
    this.#emptying = new PodEmptying({ ...options, servers: (live) => this.#observer.servers(live) });
    this.#patienceMs = (options.args.patienceSeconds ?? PATIENCE_SECONDS) * 1_000;
    this.#patience = new Patience({ limitMs: this.#patienceMs, log: options.context.log });
  }

  get reached(): Reached {
    return { hosts: this.#hosts, told: this.#observer.watch.told };
  }

  /** @throws UserError when a pod will not come up, or nothing has changed for the patience; when the signal aborts. */
  async run(): Promise<void> {
    const { signal } = this.#options.context;
    while (!(await this.#round().catch((error: unknown) => this.#bear(error)))) {
      await sleep(this.#askedKafka ? KAFKA_POLL_MS : POLL_MS, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
    const { refusal } = this.#emptying;
    if (refusal === undefined) return;
    throw new RolloutFailure(
      `node ${this.#options.args.replaces?.id} keeps its data, and runs with them: ${refusal}`,
      "wait until the others have caught up, then run replace-node again",
    );
  }

  /** One look and what follows from it. @returns whether all is done. */
  async #round(): Promise<boolean> {
    const look = await this.#observer.look();
    const { live, observed } = look;
    this.#hosts = hostsOf(live.nodes);
    noteClaims(this.#options.args, live);
    this.#sayWithheld(live);
    this.#awaySince = undefined;
    this.#looked = true;
    this.#askedKafka = observed.kafka !== null;
    await this.#emptying.advance(live);
    await this.#mendSets(live, observed.nodes);
    await this.#observer.giveBack(look);
    const step = nextStep(observed);
    if (step.action === "done") return live.short.length === 0;
    await this.#take(step, look);
    return false;
  }

  #sayWithheld({ withheld }: Live): void {
    const { args, context } = this.#options;
    for (const { id, pod } of withheld) {
      if (this.#withheld.has(id)) continue;
      this.#withheld.add(id);
      context.warn(
        `node ${id} was not started: the claim of pod ${pod} had its data and is gone; once the others serve: kafka-stacks replace-node ${args.name} ${id}`,
      );
    }
  }

  async #mendSets(live: Live, nodes: readonly SeenNode[]): Promise<void> {
    const { api, args, context } = this.#options;
    if (live.missing.length > 0)
      throw new RolloutFailure(
        `StatefulSet ${live.missing.join(", ")} is not in namespace ${args.namespace}`,
        "let Pulumi find that out and make it again: pulumi up --refresh",
      );
    context.signal.throwIfAborted();
    for (const { statefulSet, nodes } of live.short) {
      context.log(`bringing ${statefulSet} back to ${nodes.length} pods`);
      await scale(api, args.namespace, statefulSet, nodes.length);
    }
    const refused = live.nodes.filter(
      ({ id, is }) => is === "gone" && nodes.some((seen) => seen.id === id && seen.troubled),
    );
    for (const { set } of refused) {
      if (this.#woken.has(set.statefulSet)) continue;
      this.#woken.add(set.statefulSet);
      await wake(api, args.namespace, set.statefulSet);
    }
  }

  async #take(step: Exclude<Step, { readonly action: "done" }>, look: Look): Promise<void> {
    const { api, args, context } = this.#options;
    if (step.action === "wait") return this.#wait(step.reason, look);
    const node = look.observed.nodes.find(({ id }) => id === step.id)!;
    if (step.action === "fail") throw await notComingUp(api, args, node, step.fault);
    const { object } = look.live.nodes.find(({ id }) => id === step.id) ?? {};
    const pod = { namespace: args.namespace, name: node.pod, uid: object?.metadata?.uid ?? "" };
    this.#countRestart(node);
    if (!this.#emptying.isToDecide(node.id)) await requireNodeData(api, args, node.id);
    context.signal.throwIfAborted();
    await this.#emptying.hold(object, node.id);
    const refused = step.how === "evict" ? await evict(api, pod) : await remove(api, pod);
    if (refused) return this.#wait(refused, look);
    this.#observer.took(node, look.observed.kafka);
    this.#restarts.set(node.pod, (this.#restarts.get(node.pod) ?? 0) + 1);
    this.#patience.renew();
    this.#patience.say(`restarting ${node.pod}`);
  }

  #countRestart({ id, pod }: SeenNode): void {
    if ((this.#restarts.get(pod) ?? 0) < RESTARTS) return;
    throw new RolloutFailure(
      `node ${id}: pod ${pod} was restarted ${RESTARTS} times, and still is not of its StatefulSet's newest revision`,
      "see who else changes it: kubectl get statefulset -o yaml (its updateStrategy must be OnDelete)",
    );
  }

  #wait(reason: string, { live, observed: { nodes } }: Look): void {
    const ready = nodes.filter(({ is }) => is === "ready");
    this.#patience.note([reason, ...nodes.map((node) => signOf(node, live))]);
    if (this.#patience.isOver) throw stuck(reason, nodes, this.#options.args, this.#patienceMs);
    this.#patience.say(`${ready.length} of ${nodes.length} pods ready; ${reason}`);
  }

  /** An API server that answered may be away for a while; other errors end the roll. @returns false: not done. */
  #bear(error: unknown): false {
    this.#options.context.signal.throwIfAborted();
    this.#awaySince ??= performance.now();
    const passes = error instanceof UserError && !(error instanceof Forbidden) && !(error instanceof RolloutFailure);
    if (!passes || !this.#looked || performance.now() - this.#awaySince > API_AWAY_MS) throw error;
    this.#patience.say(error.message);
    return false;
  }
}

function signOf({ id, pod, is, words }: SeenNode, live: Live): string {
  const object = live.nodes.find((node) => node.id === id)?.object;
  return `${letters(object?.metadata?.uid ?? "")} ${letters(pod)} ${is} ${words}`;
}

/** For names, of whose digits none is progress. */
const letters = (text: string): string => text.replace(/\d/g, (digit) => "abcdefghij"[Number(digit)]!);
