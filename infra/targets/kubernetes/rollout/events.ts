import type { CoreV1Event } from "@kubernetes/client-node";
import type { KubeApi } from "../api.ts";
import { Forbidden } from "../api-errors.ts";
import { claimsOf, type LiveNode } from "./live.ts";

/** An event tells what nobody waits for to the second. */
const FRESH_MS = 1_500;

/** What Kubernetes tells of pods that do not serve; asked for seldom, since it costs a request for each. */
export class Events {
  readonly #api: KubeApi;
  readonly #namespace: string;
  readonly #known = new Map<string, { readonly at: number; readonly events: readonly CoreV1Event[] }>();

  constructor(api: KubeApi, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  /** By pod; those that serve are left out. */
  async of(nodes: readonly LiveNode[]): Promise<ReadonlyMap<string, readonly CoreV1Event[]>> {
    const away = nodes.filter(({ is }) => is !== "ready" && is !== "ending");
    return new Map(
      await Promise.all(
        away.map(async (node) => {
          const found = await Promise.all(subjectsOf(node).map((subject) => this.#about(subject)));
          return [node.pod, found.flat()] as const;
        }),
      ),
    );
  }

  async #about(subject: string): Promise<readonly CoreV1Event[]> {
    const known = this.#known.get(subject);
    if (known && performance.now() - known.at < FRESH_MS) return known.events;
    const events = await readEvents(this.#api, this.#namespace, subject);
    this.#known.set(subject, { at: performance.now(), events });
    return events;
  }
}

function subjectsOf({ object, set }: LiveNode): string[] {
  if (!object) return [about("StatefulSet", set.statefulSet)];
  const own = `involvedObject.uid=${object.metadata?.uid}`;
  const placed = Boolean(object.spec?.nodeName);
  return [own, ...(placed ? [] : claimsOf(object).map((claim) => about("PersistentVolumeClaim", claim)))];
}

/** The field selector of an object's events. */
export const about = (kind: string, name: string): string => `involvedObject.kind=${kind},involvedObject.name=${name}`;

/** Events only say why something is as it is: who may not read them does without. */
export async function readEvents({ core }: KubeApi, namespace: string, fieldSelector: string): Promise<CoreV1Event[]> {
  return core.listNamespacedEvent({ namespace, fieldSelector, limit: 200 }).then(
    ({ items }) => items,
    (error: unknown) => {
      if (error instanceof Forbidden) return [];
      throw error;
    },
  );
}

/** When an event happened for the last time, ms. */
export function lastSeen({ lastTimestamp, series, eventTime, metadata }: CoreV1Event): number {
  const at = lastTimestamp ?? series?.lastObservedTime ?? eventTime ?? metadata.creationTimestamp;
  return new Date(at ?? 0).getTime();
}

/** An event in one line. */
export const saidBy = ({ message }: CoreV1Event): string =>
  (message ?? "no reason given").trim().replace(/\s+/g, " ").slice(0, 600);
