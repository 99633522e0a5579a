import { recoveryOf } from "../../../../scripts/ops/gate/recovery.ts";
import type { KubeApi } from "../api.ts";
import { type SeenNode, UNREADY_MS } from "./decide.ts";
import { logTail } from "./log.ts";

/** A node that serves sooner needs no explanation. Sooner than one that does not serve may be replaced. */
const LONG_MS = UNREADY_MS / 2;
const FRESH_MS = 5_000;
const LINES = 50;

/**
 * What a broker that runs for a while without serving says of the logs that it loads and recovers: after it was killed
 * that may take long, and nothing listens meanwhile.
 */
export class Recovery {
  readonly #api: KubeApi;
  readonly #namespace: string;
  readonly #known = new Map<string, { readonly at: number; readonly words: string | undefined }>();

  constructor(api: KubeApi, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  /** The nodes, with words of their own recovery where they tell of one. */
  async explain(nodes: readonly SeenNode[]): Promise<SeenNode[]> {
    return Promise.all(
      nodes.map(async (node) => {
        if (node.is !== "up" || node.forMs < LONG_MS || !node.roles.includes("broker")) return node;
        const words = await this.#wordsOf(node.pod);
        return words ? { ...node, words, recovers: true } : node;
      }),
    );
  }

  async #wordsOf(pod: string): Promise<string | undefined> {
    const known = this.#known.get(pod);
    if (known && performance.now() - known.at < FRESH_MS) return known.words;
    const log = await logTail(this.#api, { namespace: this.#namespace, pod, lines: LINES, previous: false });
    const words = recoveryOf(log);
    this.#known.set(pod, { at: performance.now(), words });
    return words;
  }
}
