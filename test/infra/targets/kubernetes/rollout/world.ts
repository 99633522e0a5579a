import type { Condition, Observed, SeenNode } from "../../../../../infra/targets/kubernetes/rollout/decide.ts";

export interface WorldNode {
  readonly id: number;
  readonly roles: SeenNode["roles"];
  is: Condition;
  /** A bad one runs, but never serves and is of no use to its quorum. */
  version: "bad" | "old" | "new";
  forMs: number;
  /** It served when we took it and does not serve again yet. */
  owed: boolean;
}

const NEXT: Readonly<Record<Condition, Condition>> = {
  ending: "gone",
  gone: "down",
  down: "up",
  up: "ready",
  ready: "ready",
};
const TICK_MS = 5_000;

/** A cluster as far as a roll has to do with it: pods that come up in their time, voters that need a majority. */
export class World {
  readonly nodes: readonly WorldNode[];

  constructor(nodes: readonly WorldNode[]) {
    this.nodes = nodes;
    this.#loseQuorum();
  }

  /** Every node for which `moves` says so takes one step towards serving. */
  tick(moves: (id: number) => boolean): void {
    for (const node of this.nodes) {
      node.forMs += TICK_MS;
      const next = NEXT[node.is];
      if (next === node.is || !moves(node.id) || (next === "ready" && !this.#canServe(node))) continue;
      if (next === "down") node.version = "new";
      this.#become(node, next);
    }
    this.#loseQuorum();
  }

  /** A check fails once. */
  flap(id: number): void {
    const node = this.nodes.find((one) => one.id === id);
    if (node?.is === "ready") this.#become(node, "up");
  }

  take(id: number): void {
    const node = this.nodes.find((one) => one.id === id)!;
    node.owed ||= node.is === "ready";
    this.#become(node, "ending");
    this.#loseQuorum();
  }

  observe(asksKafka: boolean): Observed {
    const seen = (node: WorldNode): SeenNode => ({
      ...node,
      pod: `pod-${node.id}`,
      stale: node.is !== "gone" && node.is !== "ending" && node.version !== "new",
      words: node.is,
      troubled: false,
    });
    const order = this.nodes.map(({ id }) => id);
    const terms = { allowUnavailable: true };
    return { nodes: this.nodes.map(seen), order, unseen: [], kafka: asksKafka ? this.#kafka() : null, terms };
  }

  #become(node: WorldNode, is: Condition): void {
    node.is = is;
    node.forMs = 0;
    if (is === "ready") node.owed = false;
  }

  get #voters(): readonly WorldNode[] {
    return this.nodes.filter(({ roles }) => roles.includes("controller"));
  }

  get #hasQuorum(): boolean {
    return this.#voters.filter(isOfUse).length > this.#voters.length / 2;
  }

  #canServe(node: WorldNode): boolean {
    return node.version !== "bad" && this.#hasQuorum;
  }

  /** A broker goes on with what it knows, a voter without a quorum does not. */
  #loseQuorum(): void {
    for (const node of this.nodes)
      if (node.is === "ready" && (node.version === "bad" || (node.roles.includes("controller") && !this.#hasQuorum)))
        this.#become(node, "up");
  }

  #kafka(): Observed["kafka"] {
    if (!this.#hasQuorum) return "Kafka does not answer";
    const replicas = this.nodes.filter(({ roles }) => roles.includes("broker")).slice(0, 3);
    const isr = replicas.filter(({ is }) => is === "ready").map(({ id }) => id);
    const minIsr = Math.max(1, replicas.length - 1);
    const ids = replicas.map(({ id }) => id);
    const partition = { topic: "orders", partition: 0, leader: isr[0] ?? null, replicas: ids, isr, minIsr };
    const voters = this.#voters.map((node) => ({ id: node.id, lag: 0, caughtUpAgoMs: isOfUse(node) ? 100 : 60_000 }));
    const leaderId = this.#voters.find(isOfUse)?.id ?? -1;
    return { brokers: isr, partitions: [partition], quorum: { leaderId, leaderEpoch: 1, voters, observers: [] } };
  }
}

const isOfUse = ({ is, version }: WorldNode): boolean => version !== "bad" && (is === "up" || is === "ready");
