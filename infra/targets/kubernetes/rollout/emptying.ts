/**
 * Empties one node within a rollout. A StatefulSet makes a pod again as soon as it is gone, so between its stop and the second
 * look the pod is held by a finalizer: its containers have ended, its object is still there.
 *
 * 1. The pod is held, then taken as in any roll.
 * 2. Its containers have ended. Every broker that answers is asked whether the others have all of its data.
 * 3. Yes: that it had data is noted no more, and its claims are deleted. They go with the pod.
 * 4. The pod is let go. The StatefulSet makes it again, and the claims that are not there.
 *
 * A no leaves the claims alone, so the pod comes back with its data. A pod that an earlier run held, and that this one does not
 * empty, is let go as it is: claims that are deleted by then were judged before.
 */
import type { V1Pod } from "@kubernetes/client-node";
import { type Clock, monotonic } from "../../../../base/time.ts";
import { readStrictGateState } from "../../../../scripts/kafka/gate-state.ts";
import { as } from "../../../../scripts/kafka/identity.ts";
import type { GateState } from "../../../../scripts/ops/gate/state.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { forgetData } from "../../decisions/data-record.ts";
import { whyNotEmpty } from "../../second-look.ts";
import type { KubeApi } from "../api.ts";
import { absent } from "../api-errors.ts";
import { clusterDirectory } from "../cluster-args.ts";
import type { RolloutArgs } from "./args.ts";
import { hasStopped, holdPod, isHeld, letGo } from "./hold.ts";
import { isKraft } from "./kafka.ts";
import type { Live, LiveNode } from "./live.ts";

export interface EmptyingOptions {
  readonly api: KubeApi;
  readonly args: RolloutArgs;
  readonly context: Pick<OperationContext, "log" | "signal">;
  /** Where Kafka may be asked. */
  servers(live: Live): Promise<readonly string[]>;
  /** Default: every broker that answers there. */
  observe?(servers: readonly string[]): Promise<GateState>;
  readonly clock?: Clock;
}

export class PodEmptying {
  readonly #options: EmptyingOptions;
  #isDecided = false;
  #refusal: string | undefined;

  constructor(options: EmptyingOptions) {
    this.#options = options;
  }

  /** Why the node keeps its data; undefined until that is decided. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Whether it is still to be decided if the data of a node go, which may be gone already. */
  isToDecide(nodeId: number): boolean {
    return nodeId === this.#options.args.replaces?.id && !this.#isDecided;
  }

  /** Before a pod is taken. */
  async hold(pod: V1Pod | undefined, nodeId: number): Promise<void> {
    if (pod && this.isToDecide(nodeId)) await holdPod(this.#options.api, pod);
  }

  /** Looks after pods that are held. */
  async advance(live: Live): Promise<void> {
    for (const node of live.nodes) {
      const { object } = node;
      if (!object || !isHeld(object)) continue;
      const isOurs = this.isToDecide(node.id);
      if (isOurs && !hasStopped(object)) continue;
      try {
        if (isOurs) await this.#decide(node, live);
      } finally {
        // Cut off too: what is not deleted by then stays, and the node starts with it.
        await letGo(this.#options.api, object);
      }
    }
  }

  async #decide({ id, roles }: LiveNode, live: Live): Promise<void> {
    const { api, args, context, servers, observe = this.#observe, clock = monotonic } = this.#options;
    const terms = { allowUnavailable: args.allowUnavailable ?? true, replaces: id };
    const addresses = await servers(live);
    this.#refusal = await whyNotEmpty(
      { id, roles },
      { terms, observe: () => observe(addresses), log: context.log, signal: context.signal, clock },
    );
    this.#isDecided = true;
    if (this.#refusal !== undefined) return;
    forgetData(clusterDirectory(args.name), [id]);
    for (const name of args.replaces?.claims ?? []) {
      context.log(`deleting claim ${name}`);
      await api.core.deleteNamespacedPersistentVolumeClaim({ namespace: args.namespace, name }).catch(absent);
    }
  }

  readonly #observe = (servers: readonly string[]): Promise<GateState> => {
    const { args } = this.#options;
    return as(args.admin, () => readStrictGateState(servers, isKraft(args)));
  };
}
