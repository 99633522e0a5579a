import { setTimeout as sleep } from "node:timers/promises";
import { PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import { clientsOf, type KubeApi } from "../../../../../infra/targets/kubernetes/api.ts";
import { absent } from "../../../../../infra/targets/kubernetes/api-errors.ts";
import { KEY, stackLabels } from "../../../../../infra/targets/kubernetes/names.ts";
import type { PoolKind } from "../../../../../infra/targets/kubernetes/pools.ts";
import { rolloutResource } from "../../../../../infra/targets/kubernetes/provider/rollout-resource.ts";
import type { RolloutArgs } from "../../../../../infra/targets/kubernetes/rollout/args.ts";
import { readClusterId } from "../../../../../infra/targets/kubernetes/survey/cluster.ts";
import type { KubeAccess } from "../../../../../toolchain/kubernetes.ts";
import { InitFailed, type OperationContext } from "../../../../../toolchain/plugin/resource.ts";
import type { JsonObject } from "../../../../../toolchain/plugin/struct.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { dropNamespace } from "../../../../helpers/kube.ts";

const STACK = "tiny";
/** A readiness gate, which the test answers: it is as if Kafka had caught up, without a shell in the image. */
const GATE = "kafka-stacks/serves";
const strategic = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
const serverSide = setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);

const ROLES = {
  combined: ["broker", "controller"],
  broker: ["broker"],
  controller: ["controller"],
  zookeeper: ["zookeeper"],
} as const;
const RANK: readonly PoolKind[] = ["zookeeper", "controller", "combined", "broker"];

export interface Template {
  readonly version: string;
  readonly image?: string;
  readonly memory?: string;
  readonly storageClass?: string;
}

/** StatefulSets of pods that do nothing, one of each kind, in a namespace of their own. */
export class SmallCluster {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly pools: Readonly<Partial<Record<PoolKind, readonly number[]>>>;
  /** Which pods are there and ready, whenever that changed. */
  readonly history: string[] = [];
  readonly log: string[] = [];
  readonly warnings: string[] = [];
  readonly #access: KubeAccess;
  readonly #image: string;
  readonly #kubernetesId: string;
  #ended = false;
  #watching = Promise.resolve();
  #state: JsonObject = {};
  #inputs: JsonObject = {};

  private constructor(
    access: KubeAccess,
    {
      namespace,
      image,
      kubernetesId,
    }: { readonly namespace: string; readonly image: string; readonly kubernetesId: string },
    pools: SmallCluster["pools"],
  ) {
    this.#access = access;
    this.api = clientsOf(access);
    this.namespace = namespace;
    this.pools = pools;
    this.#image = image;
    this.#kubernetesId = kubernetesId;
  }

  static async make(access: KubeAccess, what: string, pools: SmallCluster["pools"]): Promise<SmallCluster> {
    const api = clientsOf(access);
    const { core } = api;
    const { items } = await core.listNode();
    const images = items.flatMap(({ status }) => status?.images ?? []).flatMap(({ names }) => names ?? []);
    // Every machine has one: each pod needs it.
    const image = images.find((name) => /\/pause[:@]/.test(name));
    if (!image) throw new Error("no machine of the cluster has a pause image");
    const namespace = `kroll-${process.pid}-${what}`;
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    const cluster = new SmallCluster(access, { namespace, image, kubernetesId: await readClusterId(api) }, pools);
    cluster.#watching = cluster.#watch();
    return cluster;
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#watching;
    await dropNamespace(this.#access, this.namespace);
  }

  /** Creates or changes all StatefulSets, as Pulumi would. */
  async apply(template: Template): Promise<void> {
    for (const [kind, ids] of Object.entries(this.pools)) {
      const name = `${STACK}-${kind}`;
      const body = { ...this.#statefulSet(kind, ids, template), metadata: { name, labels: stackLabels(STACK) } };
      const request = { name, namespace: this.namespace, body, fieldManager: "test" };
      await this.api.apps.patchNamespacedStatefulSet(request, serverSide);
    }
  }

  /** What Pulumi does with the resource: creates it, or updates it when its diff says so, and keeps its state. */
  async up(more: Partial<RolloutArgs> = {}, signal?: AbortSignal): Promise<void> {
    const inputs = this.#args(more) as unknown as JsonObject;
    const context = this.#context(signal);
    try {
      if (Object.keys(this.#state).length === 0) {
        this.#state = (await rolloutResource.create(inputs, context)).outputs;
      } else if ((await this.diff(more)).length > 0) {
        this.#state = await rolloutResource.update(STACK, inputs, this.#state, context);
      }
    } catch (error) {
      if (error instanceof InitFailed) this.#state = error.outputs;
      throw error;
    } finally {
      this.#inputs = inputs;
    }
  }

  async diff(more: Partial<RolloutArgs> = {}): Promise<readonly string[]> {
    const inputs = this.#args(more) as unknown as JsonObject;
    return (await rolloutResource.diff(STACK, inputs, this.#state, this.#inputs, this.#context())).changed;
  }

  async down(): Promise<void> {
    await rolloutResource.delete(STACK, this.#state, this.#context());
  }

  /** What was seen so far; only what comes counts. */
  async forget(): Promise<void> {
    const ready = (await this.pods()).filter(isReady).length;
    await eventually("the last look is of now", () => readyIn(this.history.at(-1)).length === ready);
    this.history.splice(0, this.history.length - 1);
  }

  get outputs(): JsonObject {
    return this.#state;
  }

  async pods(): Promise<V1Pod[]> {
    const { items } = await this.api.core.listNamespacedPod({ namespace: this.namespace });
    return items.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
  }

  /** Version of the template that each pod was made from, by pod. */
  async versions(): Promise<Record<string, string>> {
    return Object.fromEntries(
      (await this.pods()).map((pod) => [nameOf(pod), pod.metadata?.annotations?.version ?? ""]),
    );
  }

  async uids(): Promise<Record<string, string>> {
    return Object.fromEntries((await this.pods()).map((pod) => [nameOf(pod), pod.metadata?.uid ?? ""]));
  }

  #context(signal = AbortSignal.timeout(120_000)): OperationContext {
    const { log, warnings } = this;
    return {
      urn: "",
      preview: false,
      oldInputs: this.#inputs,
      ignoreChanges: [],
      timeoutSeconds: undefined,
      signal,
      log: (message) => log.push(message),
      warn: (message) => warnings.push(message),
    };
  }

  #args(more: Partial<RolloutArgs>): RolloutArgs {
    const kinds = RANK.filter((kind) => this.pools[kind]);
    return {
      context: this.api.context,
      namespace: this.namespace,
      name: STACK,
      order: kinds.flatMap((kind) => this.pools[kind] ?? []),
      sets: kinds.map((kind) => ({
        statefulSet: `${STACK}-${kind}`,
        kind,
        nodes: (this.pools[kind] ?? []).map((id) => ({ id, pod: `${STACK}-${kind}-${id}`, roles: [...ROLES[kind]] })),
      })),
      kubernetesId: this.#kubernetesId,
      external: {},
      template: {},
      claims: {},
      imageHint: "load the image into the cluster",
      ...more,
    };
  }

  #statefulSet(kind: string, ids: readonly number[], { version, image, memory = "8Mi", storageClass }: Template) {
    const labels = { ...stackLabels(STACK), [KEY.pool]: kind };
    const container = {
      name: "node",
      image: image ?? this.#image,
      imagePullPolicy: "Never",
      resources: { requests: { cpu: "1m", memory } },
    };
    return {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      spec: {
        serviceName: STACK,
        replicas: ids.length,
        ordinals: { start: ids[0] },
        podManagementPolicy: "Parallel",
        updateStrategy: { type: "OnDelete" },
        selector: { matchLabels: { [KEY.pool]: kind } },
        template: {
          metadata: { labels, annotations: { version } },
          spec: {
            terminationGracePeriodSeconds: 5,
            readinessGates: [{ conditionType: GATE }],
            containers: [container],
          },
        },
        ...(storageClass ? { volumeClaimTemplates: [claimTemplate(storageClass)] } : {}),
      },
    };
  }

  /** Answers the readiness gate of pods that run, and notes what it saw. */
  async #watch(): Promise<void> {
    for (; !this.#ended; await sleep(150)) {
      const pods = await this.pods();
      for (const pod of pods) {
        const runs = pod.status?.containerStatuses?.every(({ state }) => state?.running) ?? false;
        const answered = pod.status?.conditions?.some(({ type }) => type === GATE) ?? false;
        if (runs && !answered && !pod.metadata?.deletionTimestamp) await this.#answer(nameOf(pod));
      }
      const now = pods.map((pod) => `${nameOf(pod).replace(`${STACK}-`, "")}${isReady(pod) ? "" : "?"}`).join(" ");
      if (this.history.at(-1) !== now) this.history.push(now);
    }
  }

  async #answer(name: string): Promise<void> {
    const body = { status: { conditions: [{ type: GATE, status: "True" }] } };
    await this.api.core.patchNamespacedPodStatus({ name, namespace: this.namespace, body }, strategic).catch(absent);
  }
}

/** Makes a small cluster for a test, and takes all of it away again. */
export async function withCluster(
  access: KubeAccess | undefined,
  what: string,
  pools: SmallCluster["pools"],
  act: (cluster: SmallCluster) => Promise<void>,
): Promise<void> {
  if (!access) throw new Error("the test should have been skipped");
  const cluster = await SmallCluster.make(access, what, pools);
  try {
    await act(cluster);
  } finally {
    await cluster.end();
  }
}

const readyIn = (line = ""): string[] => line.split(" ").filter((pod) => pod && !pod.endsWith("?"));

/** In which order pods that were ready went away, by what was seen of a cluster. */
export function departures(history: readonly string[]): string[] {
  return history.flatMap((line, i) => readyIn(history[i - 1]).filter((pod) => !readyIn(line).includes(pod)));
}

/** How many of so many pods were not ready at once, at most. */
export const mostAway = (history: readonly string[], pods: number): number =>
  Math.max(...history.map((line) => pods - readyIn(line).length));

const nameOf = ({ metadata }: V1Pod): string => metadata?.name ?? "";

const isReady = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp &&
  (status?.conditions?.some(({ type, status: holds }) => type === "Ready" && holds === "True") ?? false);

const claimTemplate = (storageClassName: string) => ({
  metadata: { name: "data", labels: stackLabels(STACK) },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "1Gi" } } },
});
