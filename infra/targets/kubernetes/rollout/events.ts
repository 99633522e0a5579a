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
    const events = await this.#api.core
      .listNamespacedEvent({ namespace: this.#namespace, fieldSelector: subject, limit: 200 })
      .then(
        ({ items }) => items,
        (error: unknown) => {
          // They only say why: who may not read them waits without.
          if (error instanceof Forbidden) return [];
          throw error;
        },
      );
    this.#known.set(subject, { at: performance.now(), events });
    return events;
  }
}

function subjectsOf({ object, set }: LiveNode): string[] {
  const named = (kind: string, name: string) => `involvedObject.kind=${kind},involvedObject.name=${name}`;
  if (!object) return [named("StatefulSet", set.statefulSet)];
  const own = `involvedObject.uid=${object.metadata?.uid}`;
  const placed = Boolean(object.spec?.nodeName);
  return [own, ...(placed ? [] : claimsOf(object).map((claim) => named("PersistentVolumeClaim", claim)))];
}
