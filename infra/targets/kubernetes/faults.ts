import { UserError } from "../../errors.ts";
import type { NodeFaults } from "../target.ts";
import type { KubeApi } from "./api.ts";
import { absent } from "./api-errors.ts";
import { untilGone } from "./namespace.ts";
import { type KubernetesPlanned, podNames } from "./pools.ts";

const GONE_WITHIN_MS = 60_000;

/** What Kubernetes can do to pods of a cluster. */
export function nodeFaults(api: KubeApi, plan: KubernetesPlanned): NodeFaults {
  const { namespace } = plan.kubernetes;
  return {
    /**
     * Deleted by force, which needs no grace: the kubelet gives its processes a second between SIGTERM and SIGKILL, and the
     * StatefulSet makes the pod anew at once. Within a pod nobody can kill its first process.
     */
    async kill(nodeId) {
      const podName = podNames(plan).get(nodeId) ?? "";
      const uidOf = async () =>
        (await api.core.readNamespacedPod({ namespace, name: podName }).catch(absent))?.metadata?.uid;
      const uid = await uidOf();
      if (!uid)
        throw new UserError(
          `node ${nodeId} has no pod`,
          `bring it up, then run this again: kafka-stacks up ${plan.name}`,
        );
      await api.core.deleteNamespacedPod({ namespace, name: podName, gracePeriodSeconds: 0 });
      await untilGone(`pod ${podName}`, GONE_WITHIN_MS, async () => (await uidOf()) !== uid);
    },
    lasting: {},
  };
}
