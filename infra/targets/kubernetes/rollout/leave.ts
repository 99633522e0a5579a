import type { V1StatefulSet } from "@kubernetes/client-node";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { stopSteps } from "../../stop-queue.ts";
import { everyItem, type KubeApi } from "../api.ts";
import { KEY } from "../names.ts";
import { type ScaleStep, type StackPods, takeStep } from "./stop.ts";

/** What a StatefulSet says of its nodes, whatever it counts at the moment. */
export interface BrokerSet {
  readonly statefulSet: string;
  readonly firstOrdinal: number;
  /** See Pool. */
  readonly idBase: number;
  readonly idStride: number;
}

/**
 * Stops the pods of brokers that leave; claims stay. They are the highest of each StatefulSet, as a smaller count takes them
 * from the end. What is gone already is what was wanted.
 */
export async function stopLeavers(
  api: KubeApi,
  stack: StackPods,
  leavers: readonly number[],
  context: Pick<OperationContext, "log" | "signal">,
): Promise<void> {
  const labelSelector = `${KEY.stack}=${stack.name}`;
  const sets = await everyItem((page) =>
    api.apps.listNamespacedStatefulSet({ namespace: stack.namespace, labelSelector, ...page }),
  );
  await takeStep(api, stack, leaveStep(sets.flatMap(brokerSetOf), leavers), context);
}

/** Of a StatefulSet of brokers without other roles: no other node leaves a cluster. Pure. */
export function brokerSetOf({ metadata, spec }: V1StatefulSet): BrokerSet[] {
  const told = spec?.volumeClaimTemplates?.[0]?.metadata?.annotations ?? {};
  if (told[KEY.roles] !== "broker") return [];
  const [idBase, idStride] = (told[KEY.nodeIds] ?? "0 1").split(" ").map(Number) as [number, number];
  return [{ statefulSet: metadata?.name ?? "", firstOrdinal: spec?.ordinals?.start ?? 0, idBase, idStride }];
}

/** Which pods go, all at once since none of them holds anything, and how many each StatefulSet has left. Pure. */
export function leaveStep(sets: readonly BrokerSet[], leavers: readonly number[]): ScaleStep {
  const going = sets.map(({ statefulSet, firstOrdinal, idBase, idStride }) => {
    const ordinals = leavers.map((id) => (id - idBase) / idStride);
    return {
      statefulSet,
      firstOrdinal,
      ordinals: ordinals.filter((one) => Number.isInteger(one) && one >= firstOrdinal),
    };
  });
  const pods = going.flatMap(({ statefulSet, ordinals }) => ordinals.map((ordinal) => `${statefulSet}-${ordinal}`));
  const left = going
    .filter(({ ordinals }) => ordinals.length > 0)
    .map(({ statefulSet, firstOrdinal, ordinals }) => [statefulSet, Math.min(...ordinals) - firstOrdinal] as const);
  const [step] = stopSteps(pods.map((pod) => ({ key: pod, roles: ["broker"] })));
  return { pods, left: Object.fromEntries(left), graceMs: step?.graceMs ?? 0 };
}
