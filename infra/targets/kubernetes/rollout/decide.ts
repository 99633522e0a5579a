import { type NextRestart, nextToRestart } from "../../../../scripts/ops/gate/next.ts";
import { type Left, returned } from "../../../../scripts/ops/gate/returned.ts";
import type { GateNode, GateState, GateTerms } from "../../../../scripts/ops/gate/state.ts";

/** Why a pod will not come up by itself. */
export interface Fault {
  readonly reason: string;
  /** What to do about it, beginning with a verb. */
  readonly next: string;
  /** A process that ends may only miss nodes of an earlier kind, such as a broker its ZooKeeper. */
  readonly ofProcess: boolean;
}

/**
 * gone: there is no pod; ending: it is being deleted; down: no container of it runs; up: it runs and does not serve;
 * ready: it serves, is in sync and in the quorum.
 */
export type Condition = "gone" | "ending" | "down" | "up" | "ready";

export interface SeenNode extends GateNode {
  readonly pod: string;
  readonly is: Condition;
  /** How long it has been so, as far as we watched. */
  readonly forMs: number;
  /** It does not run what it should: only another pod will. */
  readonly stale: boolean;
  /** We took it while it served, and it does not serve again yet. */
  readonly owed: boolean;
  /** What keeps it from being ready. */
  readonly words: string;
  /** It loads or recovers its logs: another pod would begin anew. */
  readonly recovers?: true;
  /** Something is wrong with it that may pass. */
  readonly troubled: boolean;
  readonly fault?: Fault;
}

export interface Observed {
  readonly nodes: readonly SeenNode[];
  /** The plan's restart order. */
  readonly order: readonly number[];
  /** StatefulSets whose newest specification their controller has yet to see: of their pods none can be judged. */
  readonly unseen: readonly string[];
  /** What Kafka says; a text when it should answer and does not; null when readiness alone decides. */
  readonly kafka: GateState | string | null;
  /** What nodes that we restarted left, and were not seen to have again; absent: there are none. */
  readonly left?: ReadonlyMap<number, Left>;
  readonly terms: GateTerms;
}

export type Step =
  | { readonly action: "done" }
  | { readonly action: "wait"; readonly reason: string }
  | { readonly action: "restart"; readonly id: number; readonly how: "evict" | "delete" }
  | { readonly action: "fail"; readonly id: number; readonly fault: Fault };

/** Whether Kafka has answered. */
export const isTold = (kafka: Observed["kafka"]): kafka is GateState => kafka !== null && typeof kafka !== "string";

/** A check that failed once is no reason to restart what may serve. */
export const UNREADY_MS = 10_000;
/** So long a new pod may hold up others where none serves: perhaps it waits for just these. */
export const COMING_MS = 30_000;

/**
 * What to do next, so that every pod runs what its StatefulSet says and serves. Pure.
 *
 * 1. A stale pod that does not run is replaced at once, whatever else is: it can only help. A roll that stopped at a
 *    broken pod goes on there, also when the cluster lacks just that one.
 * 2. A pod that will not come up by itself ends the roll, and nothing else is touched.
 * 3. Kind by kind in restart order: a stale pod that runs but has not served for a while is replaced, one after the other,
 *    unless it recovers its logs.
 *    Where none of a kind serves, such as a quorum that cannot form, the next need not wait until the last one serves.
 *    Nothing happens to a kind before all earlier ones serve.
 * 4. Once all serve, and those that we restarted are back in every ISR that they left, a stale one goes when Kafka can spare
 *    it (see scripts/ops/gate), by an eviction. A pod may be ready before: readiness goes by what the node itself can see.
 *
 * Invariant: of the pods that served, at most one is down because of us.
 */
export function nextStep(observed: Observed): Step {
  const { nodes, order, unseen } = observed;
  if (unseen[0]) return wait(`the controller of StatefulSet ${unseen.join(", ")} has yet to see its newest version`);
  const inOrder = nodes.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const dead = inOrder.find((node) => node.stale && node.is === "down");
  if (dead) return take(dead);
  const broken = inOrder.find(({ stale, fault }) => !stale && fault && !fault.ofProcess);
  if (broken?.fault) return { action: "fail", id: broken.id, fault: broken.fault };
  for (const kind of new Set(inOrder.map(kindOf))) {
    const step = nextOfKind(
      inOrder.filter((node) => kindOf(node) === kind),
      observed,
    );
    if (step) return step;
  }
  return nextOfReady(inOrder, observed);
}

const wait = (reason: string): Step => ({ action: "wait", reason });
const kindOf = ({ roles }: GateNode): string => roles.join();

/** Undefined once all of the kind serve. */
function nextOfKind(nodes: readonly SeenNode[], { nodes: all, order, kafka, terms }: Observed): Step | undefined {
  const failed = nodes.find(({ stale, fault }) => !stale && fault);
  if (failed?.fault) return { action: "fail", id: failed.id, fault: failed.fault };
  const away = nodes.filter(({ is }) => is !== "ready");
  const [first] = away;
  if (!first) return undefined;
  const noneServes = away.length === nodes.length;
  const coming = all.find(({ owed }) => owed) ?? away.find((node) => isComing(node, noneServes ? COMING_MS : Infinity));
  const wedged = away.filter(
    ({ is, stale, recovers, forMs }) => is === "up" && stale && !recovers && forMs >= UNREADY_MS,
  );
  if (coming || !wedged[0]) return wait(wordsOf(coming ?? first));
  // With a broker that serves it must answer: one whose check fails may be the last in sync of something.
  if (typeof kafka === "string" && !noneServes && first.roles.includes("broker")) return wait(kafka);
  // It may answer although no check passes, and then it knows best.
  if (!isTold(kafka)) return take(wedged[0]);
  const next = nextToRestart(wedged, order, kafka, terms);
  return next.action === "restart" ? take(next) : held(next);
}

const take = ({ id }: { readonly id: number }): Step => ({ action: "restart", id, how: "delete" });

/** On its way to what it should run. */
const isComing = ({ is, stale, forMs }: SeenNode, runningMs: number): boolean =>
  is === "gone" || is === "ending" || is === "down" || (is === "up" && !stale && forMs < runningMs);

/** What Kafka can never spare is nothing to wait for. */
function held(next: Exclude<NextRestart, { readonly action: "restart" }>): Step {
  if (next.action === "wait") return wait(next.reason);
  const fault = { reason: `was not restarted: ${next.reason}`, next: next.next, ofProcess: false };
  return { action: "fail", id: next.id, fault };
}

function nextOfReady(nodes: readonly SeenNode[], { order, kafka, left, terms }: Observed): Step {
  const behind = isTold(kafka) && left ? firstBehind(nodes, left, kafka) : undefined;
  if (behind !== undefined) return wait(behind);
  const stale = nodes.filter((node) => node.stale);
  if (stale.length === 0) return { action: "done" };
  if (typeof kafka === "string") return wait(kafka);
  const [first] = stale;
  const next = kafka ? nextToRestart(stale, order, kafka, terms) : { action: "restart" as const, id: first!.id };
  return next.action === "restart" ? { ...next, how: "evict" } : held(next);
}

/** Why one that we restarted is not where it was. */
function firstBehind(nodes: readonly SeenNode[], left: ReadonlyMap<number, Left>, kafka: GateState) {
  for (const node of nodes) {
    const its = left.get(node.id);
    const is = its && returned(node, its, kafka);
    if (is?.back === false) return is.reason;
  }
  return undefined;
}

const wordsOf = ({ pod, words }: SeenNode): string => `${pod} ${words}`;
