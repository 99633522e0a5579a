import { everyItem, type KubeApi } from "./api.ts";
import { KubeError } from "./api-errors.ts";
import { KEY, stackLabels } from "./names.ts";
import type { ClaimingNode } from "./node-claims.ts";

interface Withheld {
  readonly name: string;
  readonly namespace: string;
  readonly mode: string;
  /** Bytes by claim. */
  readonly claimBytes: Readonly<Record<string, number>>;
}

/** No volume has this name, and a claim that names one is given none. */
const NO_VOLUME = "kafka-stacks-withheld";

/**
 * Makes claims that get no volume in place of those that are gone. A StatefulSet would make new ones and start their nodes
 * empty; so those nodes wait while the others start, and `replace-node`, which asks the others, removes these claims.
 */
export async function withhold(
  { core }: KubeApi,
  { name: stack, namespace, mode, claimBytes }: Withheld,
  clusterId: string,
  nodes: readonly ClaimingNode[],
): Promise<void> {
  const labelSelector = `${KEY.stack}=${stack}`;
  const there = await everyItem((page) =>
    core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector, ...page }),
  );
  const storageClassName = there[0]?.spec?.storageClassName;
  for (const { id, roles, claims } of nodes)
    for (const name of claims) {
      if (there.some(({ metadata }) => metadata?.name === name)) continue;
      const ordinal = Number(name.slice(name.lastIndexOf("-") + 1));
      const annotations = {
        [KEY.withheld]: "true",
        [KEY.clusterId]: clusterId,
        [KEY.mode]: mode,
        [KEY.roles]: roles.join(" "),
        [KEY.nodeIds]: `${id - ordinal} 1`,
      };
      const body = {
        metadata: { name, labels: { ...stackLabels(stack) }, annotations },
        spec: {
          accessModes: ["ReadWriteOnce"],
          volumeMode: "Filesystem",
          volumeName: NO_VOLUME,
          ...(storageClassName === undefined ? {} : { storageClassName }),
          resources: { requests: { storage: String(claimBytes[name] ?? 0) } },
        },
      };
      await core.createNamespacedPersistentVolumeClaim({ namespace, body }).catch((error: unknown) => {
        if (!(error instanceof KubeError && error.status === 409)) throw error;
      });
    }
}
