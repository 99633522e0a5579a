import type { CoreV1Event } from "@kubernetes/client-node";
import type { RolloutArgs } from "./args.ts";
import type { SeenNode } from "./decide.ts";
import { faultOf } from "./faults.ts";
import type { LiveNode } from "./live.ts";
import {
  checkMessage,
  creationTrouble,
  isPulling,
  lastEnd,
  type Trouble,
  type TroubleKind,
  troubleOf,
} from "./trouble.ts";

/** Trouble that an `up` after a mend outside the pod's template (an image that is there now) ends sooner with a new pod. */
const ENDED_BY_A_NEW_POD: readonly TroubleKind[] = ["image", "image-missing", "config", "crash", "mount", "evicted"];

export interface WatchOptions {
  readonly args: Pick<RolloutArgs, "external" | "imageHint" | "replaces">;
  /** The entry of `external` that each node read when it started; of one that is not here: the wanted one. */
  readonly told: Readonly<Record<string, string>>;
  /** Whether pods that were in trouble before get a new start. */
  readonly retry: boolean;
  /** How often a container must end before that is trouble. */
  readonly crashes: number;
  /** ms */
  readonly clock?: () => number;
}

/** What only watching tells of pods: since when they are as they are, and which we took while they served. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #clock: () => number;
  /** When what is true now was first seen, by what it is. */
  #since = new Map<string, number>();
  readonly #told: Record<string, string>;
  readonly #owed = new Set<number>();
  /** Uids of pods that get a new start. */
  readonly #retried = new Set<string>();
  /** Restarts of pods that were there before we watched, by uid. */
  readonly #restarts = new Map<string, number>();
  #first = true;
  #isReplaced = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#told = { ...options.told };
  }

  /** The entry of `external` that each node has read. */
  get told(): Readonly<Record<string, string>> {
    return this.#told;
  }

  /** We took this node's pod away. */
  took(node: Pick<SeenNode, "id" | "is">): void {
    this.#told[node.id] = this.#wanted(node.id);
    if (node.id === this.#options.args.replaces?.id) this.#isReplaced = true;
    if (node.is === "ready") this.#owed.add(node.id);
  }

  /** @param eventsOf of the node's pod, its claims or, where there is none, its StatefulSet. */
  see(nodes: readonly LiveNode[], eventsOf: (node: LiveNode) => readonly CoreV1Event[]): SeenNode[] {
    const since = new Map<string, number>();
    const forMs = (what: string): number => {
      const first = this.#since.get(what) ?? this.#clock();
      since.set(what, first);
      return this.#clock() - first;
    };
    const seen = nodes.map((node) => this.#seeNode(node, eventsOf(node), forMs));
    this.#since = since;
    this.#first = false;
    return seen;
  }

  #seeNode(node: LiveNode, events: readonly CoreV1Event[], forMs: (what: string) => number): SeenNode {
    const { id, roles, pod, is, object } = node;
    const uid = object?.metadata?.uid ?? pod;
    if (this.#first) this.#meet(node, uid, events);
    this.#told[id] ??= this.#wanted(id);
    if (is === "ready") this.#owed.delete(id);
    const trouble = this.#troubleWith(node, events, this.#restarts.get(uid) ?? 0);
    const fault = trouble && faultOf(trouble, forMs(`${uid} ${trouble.kind}`), this.#options.args.imageHint);
    return {
      id,
      roles,
      pod,
      is,
      forMs: forMs(`${uid} ${is}`),
      stale: object !== undefined && (node.outdated || this.#isOtherwise(id) || this.#retried.has(uid)),
      owed: this.#owed.has(id),
      words: trouble?.words ?? wordsOf(node, events),
      troubled: trouble !== undefined,
      ...(fault ? { fault } : {}),
    };
  }

  #isOtherwise(id: number): boolean {
    const goes = id === this.#options.args.replaces?.id && !this.#isReplaced;
    return goes || this.#told[id] !== this.#wanted(id);
  }

  /** What a pod went through before is not held against it; at most it gets a new start. */
  #meet(node: LiveNode, uid: string, events: readonly CoreV1Event[]): void {
    const trouble = this.#troubleWith(node, events, 0);
    if (this.#options.retry && node.is === "down" && trouble && ENDED_BY_A_NEW_POD.includes(trouble.kind))
      this.#retried.add(uid);
    this.#restarts.set(uid, restartsOf(node));
  }

  #troubleWith({ is, pod, object }: LiveNode, events: readonly CoreV1Event[], before: number): Trouble | undefined {
    if (is === "gone") return creationTrouble(pod, events);
    if (is === "ready" || is === "ending" || !object) return undefined;
    return troubleOf(object, events, { count: this.#options.crashes, before });
  }

  #wanted(id: number): string {
    return this.#options.args.external[id] ?? "";
  }
}

const restartsOf = ({ object }: LiveNode): number =>
  Math.max(0, ...(object?.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

function wordsOf({ is, object }: LiveNode, events: readonly CoreV1Event[]): string {
  const machine = object?.spec?.nodeName ? ` on ${object.spec.nodeName}` : "";
  if (is === "gone") return "is not made yet";
  if (is === "ending") return `is ending${machine}`;
  if (is === "ready") return "is ready";
  if (is === "up") return checkMessage(events) ?? `runs${machine} and is not ready yet`;
  if (!object || !machine) return "waits for a machine";
  return lastEnd(object) ?? (isPulling(events) ? `waits for its image${machine}` : `is being started${machine}`);
}
