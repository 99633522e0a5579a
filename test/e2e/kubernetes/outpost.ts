import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiException, CoreV1Api, type V1Pod, type V1Service } from "@kubernetes/client-node";
import { USER_ID } from "../../../infra/targets/container/node.ts";
import { leadTo } from "../../../scripts/kafka/ways.ts";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type Attempts, type Outpost, outpostPorts, outpostScript, readOutpost } from "../../helpers/outpost.ts";
import { relayTo } from "../../helpers/relay.ts";

const NAME = "outsider";

interface Where {
  /** Is made for the pod, and deleted with it; that it is gone is not waited for. */
  readonly namespace: string;
  /** Of the cluster. */
  readonly image: string;
  /** Whose node ports are reached from here. */
  readonly machine: string;
}

/** A pod in a namespace of its own, which knows nothing of the cluster but names. */
export async function podIn(
  access: KubeAccess,
  { namespace, image, machine }: Where,
  attempts: Attempts,
): Promise<Outpost> {
  const core = access.config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const remove = async () => void (await core.deleteNamespace({ name: namespace }));
  try {
    // A tunnel would do too, but it tells of the other side's end only a second later.
    const { spec } = await core.createNamespacedService({ namespace, body: serviceOf(attempts) });
    await makePod(core, namespace, podOf(image, attempts));
    const seen = await untilTried(core, namespace);
    const ways = (spec?.ports ?? []).map(({ nodePort }) => ({ host: machine, port: nodePort! }));
    await eventually("its node ports lead to it", () => answer(ways));
    for (const [index, way] of ways.entries()) leadTo(attempts.led[index]!, await relayTo(way));
    const { status } = await core.readNamespacedPod({ name: NAME, namespace });
    return { address: status!.podIP!, seen, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Until a namespace has its service account, pods are refused there. */
async function makePod(core: CoreV1Api, namespace: string, body: V1Pod): Promise<void> {
  const isEarly = (error: ApiException<unknown>) => {
    if (error.code !== 403) throw error;
    return false;
  };
  await eventually("a pod may be made", () => core.createNamespacedPod({ namespace, body }).then(() => true, isEarly));
}

async function untilTried(core: CoreV1Api, namespace: string): Promise<Outpost["seen"]> {
  for (const deadline = performance.now() + 90_000; ; await sleep(100)) {
    // Before its container runs there is no log.
    const log = await core.readNamespacedPodLog({ name: NAME, namespace }).catch(() => "");
    const seen = readOutpost(log);
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`the pod has not done its work:\n${log}`);
  }
}

/** Whether somebody listens at each of them. */
async function answer(ways: readonly { readonly host: string; readonly port: number }[]): Promise<boolean> {
  const tried = ways.map(async (way) => {
    const socket = connect({ ...way, timeout: 1_000 });
    socket.on("timeout", () => socket.destroy(new Error("no answer in time")));
    await once(socket, "connect").finally(() => socket.destroy());
  });
  return (await Promise.allSettled(tried)).every(({ status }) => status === "fulfilled");
}

const serviceOf = (attempts: Attempts): V1Service => ({
  metadata: { name: NAME },
  spec: {
    type: "NodePort",
    selector: { app: NAME },
    ports: outpostPorts(attempts).map((port) => ({ name: `to-${port}`, port })),
  },
});

const podOf = (image: string, attempts: Attempts): V1Pod => ({
  metadata: { name: NAME, labels: { app: NAME } },
  spec: {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: USER_ID, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: NAME,
        image,
        command: ["/bin/bash", "-c", outpostScript(attempts)],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  },
});
