import type { types } from "@pulumi/kubernetes";
import { KEY, names, stackLabels } from "../names.ts";
import type { Pool } from "../pools.ts";
import { quantity } from "../quantity.ts";
import type { Plan } from "./config.ts";
import { poolLabels, poolSelector } from "./labels.ts";
import { type PodDecisions, renderPod } from "./pod.ts";

/** Who replaces pods: our own rollout, which also asks Kafka, or the StatefulSet's controller, which asks readiness only. */
export type Roller = "OnDelete" | "RollingUpdate";

/** The StatefulSet of a pool. Pure. */
export function renderStatefulSet(plan: Plan, pool: Pool, decided: PodDecisions, roller: Roller) {
  const { name, mode, kubernetes } = plan;
  const [node] = pool.nodes as [Pool["nodes"][number]];
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: pool.statefulSet, namespace: kubernetes.namespace, labels: poolLabels(name, pool) },
    spec: {
      serviceName: names.nodes(name),
      replicas: pool.nodes.length,
      ...(pool.firstOrdinal > 0 ? { ordinals: { start: pool.firstOrdinal } } : {}),
      // A quorum can only come up together; and so no pod that fails keeps a corrected one from starting.
      podManagementPolicy: "Parallel",
      updateStrategy: { type: roller },
      selector: { matchLabels: poolSelector(name, pool) },
      template: renderPod(plan, pool, decided),
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      volumeClaimTemplates: node.volumes.map((volume) => ({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
          name: volume.name,
          labels: stackLabels(name),
          // What the data is, told where it outlives everything else.
          annotations: {
            [KEY.clusterId]: decided.clusterId,
            [KEY.mode]: mode,
            [KEY.roles]: pool.roles.join(" "),
            [KEY.nodeIds]: `${pool.idBase} ${pool.idStride}`,
          },
        },
        spec: {
          accessModes: ["ReadWriteOnce"],
          volumeMode: "Filesystem",
          ...(kubernetes.storageClass === undefined ? {} : { storageClassName: kubernetes.storageClass }),
          resources: { requests: { storage: quantity(volume.sizeBytes ?? 0) } },
        },
      })),
    },
  } satisfies types.input.apps.v1.StatefulSet;
}
