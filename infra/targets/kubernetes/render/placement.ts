import type { types } from "@pulumi/kubernetes";
import type { Pool } from "../pools.ts";
import type { Plan } from "./config.ts";
import { groupOf, groupSelector } from "./labels.ts";

const HOST = "kubernetes.io/hostname";

/** On which machines the pods of a pool may and should run. Pure. */
export function placement({ name, kubernetes }: Plan, pool: Pool) {
  const { zoneLabel, spread, nodeSelector, tolerations } = kubernetes;
  const labelSelector = { matchLabels: groupSelector(name, groupOf(pool)) };
  const apart = { topologyKey: HOST, labelSelector };
  return {
    ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector } : {}),
    ...(tolerations.length > 0 ? { tolerations: [...tolerations] } : {}),
    affinity: {
      // A broker's rack is the zone that it runs in.
      ...(pool.rack === null ? {} : { nodeAffinity: inZone(zoneLabel, pool.rack) }),
      podAntiAffinity:
        spread === "required"
          ? { requiredDuringSchedulingIgnoredDuringExecution: [apart] }
          : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: apart }] },
    },
    ...(pool.rack === null
      ? {
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: zoneLabel, whenUnsatisfiable: "ScheduleAnyway", labelSelector },
          ],
        }
      : {}),
  } satisfies types.input.core.v1.PodSpec | object;
}

function inZone(key: string, zone: string) {
  const matchExpressions = [{ key, operator: "In", values: [zone] }];
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } };
}
