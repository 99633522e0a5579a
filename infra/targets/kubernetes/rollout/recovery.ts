import type { KubeApi } from "../api.ts";
import type { SeenNode } from "./decide.ts";
import { logTail } from "./log.ts";

/** A node that serves sooner needs no explanation. */
const LONG_MS = 15_000;
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
        return words ? { ...node, words } : node;
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

/**
 * How far a broker is in loading its logs; undefined when its last lines are of something else. Pure. The lines are
 * LogManager's `… (12/100 completed in /data/log)` and LogLoader's `Recovering unflushed segment 5120. 3/8 recovered for
 * orders-0.`, of Kafka 3.9 and 4.
 */
export function recoveryOf(log: string): string | undefined {
  const lines = log.trimEnd().split("\n").slice(-10);
  for (const line of lines.toReversed()) {
    const [, done, all, directory] = /\((\d+)\/(\d+) completed in ([^\s)]+)/.exec(line) ?? [];
    if (directory) return `loads its logs: ${done} of ${all} in ${directory}`;
    const [, offset, partition] = /Recovering unflushed segment (\d+)\. \S+ recovered for (\S+)\./.exec(line) ?? [];
    if (partition) return `recovers ${partition} from offset ${offset}`;
  }
  return undefined;
}
