import { setTimeout as sleep } from "node:timers/promises";
import { PatchStrategy, setHeaderOptions, type V1Pod, type V1PodTemplateSpec } from "@kubernetes/client-node";
import { clientsOf, type KubeApi } from "../../../../../infra/targets/kubernetes/api.ts";
import { absent } from "../../../../../infra/targets/kubernetes/api-errors.ts";
import { KEY, stackLabels } from "../../../../../infra/targets/kubernetes/names.ts";
import type { PoolKind } from "../../../../../infra/targets/kubernetes/pools.ts";
import type { RolloutArgs } from "../../../../../infra/targets/kubernetes/rollout/args.ts";
import type { KubeAccess } from "../../../../../toolchain/kubernetes.ts";

const GATE = "kafka-stacks/serves";
const strategic = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

export interface Template {
  readonly version: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly memory?: string;
}

/**
 * StatefulSets of pods that do nothing. Whether a pod is ready is the test's to say, by a readiness gate: it is as if Kafka
 * had caught up, without a shell in the image.
 */
export class SmallCluster {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly image: string;
  readonly name = "tiny";
  /** Pods that the test lets be ready once they run. */
  serves: (pod: V1Pod) => boolean = () => true;
  /** What was seen of pods, whenever it changed: names of those that are ready. */
  readonly history: string[] = [];
  #stopped = false;
  #watching: Promise<void> | undefined;

  private constructor(api: KubeApi, namespace: string, image: string) {
    this.api = api;
    this.namespace = namespace;
    this.image = image;
  }

  static async make(access: KubeAccess, namespace: string): Promise<SmallCluster> {
    const api = clientsOf(access);
    const { items } = await api.core.listNode();
    // Every machine has one: each pod needs it.
    const image = items
      .flatMap(({ status }) => status?.images ?? [])
      .flatMap(({ names }) => names ?? [])
      .find((name) => /\/pause[:@]/.test(name));
    if (!image) throw new Error("no machine of the cluster has a pause image");
    await api.core.createNamespace({ body: { metadata: { name: namespace } } });
    const cluster = new SmallCluster(api, namespace, image);
    cluster.#watching = cluster.#watch();
    return cluster;
  }

  async end(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
    await this.api.core.deleteNamespace({ name: this.namespace }).catch(absent);
  }

  /** What the resource gets of sets that were applied; ids from 1 for the first, 1001 for the second. */
  args(
    sets: Readonly<Record<string, { kind: PoolKind; ids: readonly number[] }>>,
    more: Partial<RolloutArgs> = {},
  ): RolloutArgs {
    const roles = {
      combined: ["broker", "controller"],
      broker: ["broker"],
      controller: ["controller"],
      zookeeper: ["zookeeper"],
    } as const;
    const all = Object.entries(sets).map(([pool, { kind, ids }]) => ({
      statefulSet: `${this.name}-${pool}`,
      kind,
      nodes: ids.map((id) => ({ id, pod: `${this.name}-${pool}-${id}`, roles: [...roles[kind]] })),
    }));
    const rank = ["zookeeper", "controller", "combined", "broker"];
    const order = all
      .toSorted((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind))
      .flatMap(({ nodes }) => nodes.map(({ id }) => id));
    return {
      context: this.api.context,
      namespace: this.namespace,
      name: this.name,
      order,
      sets: all,
      bootstrapServers: [],
      external: {},
      template: {},
      claims: {},
      imageHint: "load the image into the cluster",
      ...more,
    };
  }

  /** Creates or changes a StatefulSet, as Pulumi would: by server-side apply. */
  async apply(
    pool: string,
    ids: readonly number[],
    template: Template,
    storage?: { readonly storageClass: string },
  ): Promise<void> {
    const name = `${this.name}-${pool}`;
    const labels = { ...stackLabels(this.name), [KEY.pool]: pool };
    const body = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name, namespace: this.namespace, labels },
      spec: {
        serviceName: name,
        replicas: ids.length,
        ordinals: { start: ids[0] },
        podManagementPolicy: "Parallel",
        updateStrategy: { type: "OnDelete" },
        selector: { matchLabels: { [KEY.pool]: pool } },
        template: this.#template(labels, template),
        ...(storage ? { volumeClaimTemplates: [claimTemplate(storage.storageClass)] } : {}),
      },
    };
    await this.api.apps.patchNamespacedStatefulSet(
      { name, namespace: this.namespace, body, fieldManager: "test" },
      setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
    );
  }

  #template(labels: Record<string, string>, { version, image, command, memory = "8Mi" }: Template): V1PodTemplateSpec {
    return {
      metadata: { labels, annotations: { version } },
      spec: {
        terminationGracePeriodSeconds: 5,
        readinessGates: [{ conditionType: GATE }],
        containers: [
          {
            name: "node",
            image: image ?? this.image,
            imagePullPolicy: "IfNotPresent",
            ...(command ? { command: [...command] } : {}),
            resources: { requests: { cpu: "1m", memory } },
          },
        ],
      },
    };
  }

  async pods(): Promise<Map<string, V1Pod>> {
    const { items } = await this.api.core.listNamespacedPod({ namespace: this.namespace });
    return new Map(items.map((pod) => [pod.metadata!.name!, pod] as const).sort(([a], [b]) => a.localeCompare(b)));
  }

  /** Version of the template that each pod was made from. */
  async versions(): Promise<Record<string, string>> {
    return Object.fromEntries(
      [...(await this.pods())].map(([name, { metadata }]) => [name, metadata?.annotations?.version ?? ""]),
    );
  }

  async patchClaim(name: string, body: object): Promise<void> {
    await this.api.core.patchNamespacedPersistentVolumeClaim({ name, namespace: this.namespace, body }, merge);
  }

  /** Answers the readiness gate, and notes who is ready. */
  async #watch(): Promise<void> {
    for (; !this.#stopped; await sleep(100)) {
      const pods = [...(await this.pods()).values()];
      for (const pod of pods) {
        const running = pod.status?.containerStatuses?.some(({ state }) => state?.running) ?? false;
        const wanted = running && this.serves(pod) ? "True" : "False";
        const found = pod.status?.conditions?.find(({ type }) => type === GATE)?.status ?? "False";
        if (wanted !== found && !pod.metadata?.deletionTimestamp) await this.#answer(pod.metadata!.name!, wanted);
      }
      const ready = pods.filter(isReady).map(({ metadata }) => metadata?.name);
      const now = ready.join(" ");
      if (this.history.at(-1) !== now) this.history.push(now);
    }
  }

  async #answer(name: string, status: string): Promise<void> {
    const body = { status: { conditions: [{ type: GATE, status }] } };
    await this.api.core.patchNamespacedPodStatus({ name, namespace: this.namespace, body }, strategic).catch(absent);
  }
}

export const isReady = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp &&
  (status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false);

const claimTemplate = (storageClassName: string) => ({
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "16Mi" } } },
});
