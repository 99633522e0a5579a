import { setTimeout as sleep } from "node:timers/promises";
import { type ApiException, CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { USER_ID } from "../../../infra/targets/container/node.ts";
import { openTunnel } from "../../../infra/targets/kubernetes/tunnel/open.ts";
import { leadTo } from "../../../scripts/kafka/ways.ts";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type Attempts, type Outpost, outpostPorts, outpostScript, readOutpost } from "../../helpers/outpost.ts";

const POD = "outsider";

/**
 * A pod in a namespace of its own, which knows nothing of the cluster but names.
 *
 * @param namespace that is made for it, and deleted with it; that it is gone is not waited for.
 * @param image of the cluster.
 */
export async function podIn(
  access: KubeAccess,
  namespace: string,
  image: string,
  attempts: Attempts,
): Promise<Outpost> {
  const core = access.config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const remove = async () => void (await core.deleteNamespace({ name: namespace }));
  try {
    // Until the namespace has its service account, pods are refused.
    const isEarly = ({ code }: ApiException<unknown>) => code === 403;
    await eventually("a pod may be made", () =>
      core.createNamespacedPod({ namespace, body: podOf(image, attempts) }).then(
        () => true,
        (error) => {
          if (isEarly(error)) return false;
          throw error;
        },
      ),
    );
    const seen = await untilTried(core, namespace);
    const { status } = await core.readNamespacedPod({ name: POD, namespace });
    const ways = outpostPorts(attempts).map((port) => ({ namespace, pod: POD, port, localPort: 0 }));
    const { ports, close } = await openTunnel({ access, ways, tell: (line) => console.error(line) });
    for (const [index, address] of attempts.led.entries()) leadTo(address, ports[index]!);
    return {
      address: status?.podIP ?? "",
      seen,
      remove: async () => {
        close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function untilTried(core: CoreV1Api, namespace: string): Promise<Outpost["seen"]> {
  for (const deadline = performance.now() + 90_000; ; await sleep(100)) {
    // Before its container runs there is no log.
    const log = await core.readNamespacedPodLog({ name: POD, namespace }).catch(() => "");
    const seen = readOutpost(log);
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`the pod has not done its work:\n${log}`);
  }
}

const podOf = (image: string, attempts: Attempts): V1Pod => ({
  metadata: { name: POD },
  spec: {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: USER_ID, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: POD,
        image,
        command: ["/bin/bash", "-c", outpostScript(attempts)],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  },
});
