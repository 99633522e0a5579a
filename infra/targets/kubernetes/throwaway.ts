import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1ContainerStateTerminated, V1Pod } from "@kubernetes/client-node";
import type { InsideRun } from "../../../scripts/kafka/probe/inside.ts";
import { UserError } from "../../errors.ts";
import { USER_ID } from "../container/node.ts";
import { everyItem, type KubeApi } from "./api.ts";
import { absent } from "./api-errors.ts";
import { feed } from "./feed.ts";
import { KEY } from "./names.ts";
import { untilGone } from "./namespace.ts";
import { type TroubleKind, troubleOf } from "./rollout/trouble.ts";

export interface Throwaway {
  readonly namespace: string;
  readonly stack: string;
  /** A pod of the cluster: the guest gets its image, and may run where it may. */
  readonly like: V1Pod;
  /** For bash. Whoever may look at pods sees it. */
  readonly script: string;
  /** What the script reads. */
  readonly stdin: string;
  readonly signal?: AbortSignal | undefined;
}

/** From the moment that its machine has it; then Kubernetes ends it, whatever became of us. Seconds. */
const DEADLINE_SECONDS = 300;
/** Until its container runs. */
const START_MS = 90_000;
const POLL_MS = 250;

/** Not those of the cluster's own pods: a guest is no node, and nobody waits for it. */
const guestLabels = (stack: string) => ({ "app.kubernetes.io/instance": stack, [KEY.client]: "true" });

/**
 * Runs a script in a pod as confined as a node's, and removes the pod. An abort ends it at once.
 *
 * A log has no word of what was stdout and what stderr, so the script writes to files, which are told at its end, one
 * after the other with a line between them that no one can guess.
 *
 * @throws UserError when the pod cannot start, or does not end.
 */
export async function runThrowaway(
  api: KubeApi,
  { namespace, stack, like, script, stdin, signal }: Throwaway,
): Promise<InsideRun> {
  signal?.throwIfAborted();
  const name = `${stack}-client-${randomBytes(4).toString("hex")}`;
  const mark = `--${randomBytes(16).toString("hex")}--`;
  await api.core.createNamespacedPod({ namespace, body: podOf(name, stack, like, wrapped(script, mark)) });
  try {
    const { exitCode, reason } = await untilEnded(api, { namespace, name, stdin }, signal);
    const log = await api.core.readNamespacedPodLog({ namespace, name });
    signal?.throwIfAborted();
    return { code: exitCode, ...apart(log, mark, reason) };
  } finally {
    await remove(api, namespace, name);
  }
}

/** Removes guests whose runs were cut short, so that nothing of a cluster is left. */
export async function removeGuests(api: KubeApi, namespace: string, stack: string): Promise<void> {
  const labelSelector = Object.entries(guestLabels(stack))
    .map(([key, value]) => `${key}=${value}`)
    .join();
  const guests = () => everyItem((page) => api.core.listNamespacedPod({ namespace, labelSelector, ...page }));
  await Promise.all((await guests()).map(({ metadata }) => remove(api, namespace, metadata?.name ?? "")));
  await untilGone(`the last client pod of ${stack}`, 60_000, async () => (await guests()).length === 0);
}

async function remove({ core }: KubeApi, namespace: string, name: string): Promise<void> {
  await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }).catch(absent);
}

const wrapped = (script: string, mark: string): string[] => [
  `bash -c "$0" >/tmp/stdout 2>/tmp/stderr; code=$?; cat /tmp/stdout; printf '\\n%s\\n' ${mark}; cat /tmp/stderr; exit $code`,
  script,
];

/** Pure. @param reason for which the container ended. */
export function apart(log: string, mark: string, reason = "Error"): Pick<InsideRun, "stdout" | "stderr"> {
  const at = log.lastIndexOf(`\n${mark}\n`);
  const [stdout, stderr] = at < 0 ? [log, ""] : [log.slice(0, at), log.slice(at + mark.length + 2)];
  if (at >= 0 && reason !== "OOMKilled") return { stdout, stderr };
  // Whoever was killed could not say so.
  return { stdout, stderr: `${stderr}${stderr && "\n"}the client pod was killed (${reason})\n` };
}

function podOf(name: string, stack: string, { metadata, spec }: V1Pod, args: string[]): V1Pod {
  const [container] = spec?.containers ?? [];
  // With the StatefulSet goes the guest, if nobody is left to remove it.
  const owners = (metadata?.ownerReferences ?? []).map(({ controller: _, blockOwnerDeletion: __, ...owner }) => owner);
  return {
    metadata: { name, labels: guestLabels(stack), ownerReferences: owners },
    spec: {
      restartPolicy: "Never",
      activeDeadlineSeconds: DEADLINE_SECONDS,
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(spec?.serviceAccountName ? { serviceAccountName: spec.serviceAccountName } : {}),
      ...(spec?.imagePullSecrets ? { imagePullSecrets: spec.imagePullSecrets } : {}),
      ...(spec?.nodeSelector ? { nodeSelector: spec.nodeSelector } : {}),
      ...(spec?.tolerations ? { tolerations: spec.tolerations } : {}),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER_ID,
        runAsGroup: USER_ID,
        fsGroup: USER_ID,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "client",
          image: container?.image ?? "",
          imagePullPolicy: container?.imagePullPolicy ?? "IfNotPresent",
          command: ["/bin/bash", "-c"],
          args,
          stdin: true,
          stdinOnce: true,
          // Two small JVMs.
          resources: {
            requests: { cpu: "50m", memory: "512Mi", "ephemeral-storage": "64Mi" },
            limits: { memory: "768Mi", "ephemeral-storage": "512Mi" },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        },
      ],
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }],
    },
  };
}

/** @param stdin is given to the container as soon as it runs. */
async function untilEnded(
  api: KubeApi,
  { namespace, name, stdin }: { readonly namespace: string; readonly name: string; readonly stdin: string },
  signal: AbortSignal | undefined,
): Promise<V1ContainerStateTerminated> {
  const before = performance.now();
  let fed = false;
  for (;;) {
    const pod = await api.core.readNamespacedPod({ namespace, name });
    signal?.throwIfAborted();
    const { phase, reason, containerStatuses: [container] = [] } = pod.status ?? {};
    if (reason === "DeadlineExceeded") throw fault(pod, `it did not end within ${DEADLINE_SECONDS} s`);
    if (container?.state?.terminated) return container.state.terminated;
    if (container?.state?.running && !fed) {
      // It may have ended meanwhile, which the next look tells.
      fed = await feed(api, { namespace, name, container: "client" }, stdin).then(
        () => true,
        () => false,
      );
    }
    const trouble = troubleOf(pod, [], { count: 1, before: 0 });
    const isLate = performance.now() - before > START_MS && !container?.state?.running;
    if (phase === "Failed" || isLate || (trouble && FINAL.includes(trouble.kind)))
      throw fault(pod, trouble?.words ?? container?.state?.waiting?.reason ?? phase ?? "Pending");
    await sleep(POLL_MS, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
}

/** What does not pass by itself. */
const FINAL: readonly TroubleKind[] = ["image-missing", "image-name", "config", "evicted"];

const fault = ({ metadata }: V1Pod, words: string): UserError =>
  new UserError(
    `the client pod ${metadata?.name} in namespace ${metadata?.namespace} did not do its work: ${words}`,
    "mend what that names and run the same again; kubectl get events tells more",
  );
