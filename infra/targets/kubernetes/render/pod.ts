import type { types } from "@pulumi/kubernetes";
import {
  javaArguments,
  portOf,
  probesOf,
  reachableListeners,
  USER_ID,
  zooKeeperListener,
} from "../../container/node.ts";
import { KEY, names } from "../names.ts";
import type { Pool } from "../pools.ts";
import { bindingsOf, DATA_DIRECTORY, EXTERNAL_MAP, OWN_CONFIG, type Plan, podDomain, SHARED_CONFIG } from "./config.ts";
import { groupOf, podLabels } from "./labels.ts";
import { placement } from "./placement.ts";

type PodTemplate = types.input.core.v1.PodTemplateSpec;
type Container = types.input.core.v1.Container;

/** What of a decided cluster stands in a pod. */
export interface PodDecisions {
  readonly clusterId: string;
  readonly image: string;
  /** Names of the pool's ConfigMap, and of its Secret where it has one. */
  readonly config: string;
  readonly secret: string | undefined;
}

/** For a controlled shutdown, in which leaders move away first; ended at once where that is not to be waited for. Seconds. */
const GRACE_SECONDS = 120;

/** The pods of a pool. Pure. They meet the restricted Pod Security Standard. */
export function renderPod(plan: Plan, pool: Pool, decided: PodDecisions) {
  const { name, kubernetes } = plan;
  const { priorityClass, imagePullSecrets } = kubernetes;
  return {
    metadata: {
      labels: podLabels(name, plan.kafkaVersion, pool),
      ...(plan.roll === undefined ? {} : { annotations: { [KEY.roll]: plan.roll } }),
    },
    spec: {
      serviceAccountName: names.serviceAccount(name),
      automountServiceAccountToken: false,
      // One variable for each port of each Service of the namespace would help nobody.
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER_ID,
        runAsGroup: USER_ID,
        fsGroup: USER_ID,
        // Else every file of a large volume is touched at each start.
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      terminationGracePeriodSeconds: GRACE_SECONDS,
      ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
      ...(imagePullSecrets.length > 0
        ? { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }
        : {}),
      ...placement(plan, pool),
      containers: [renderContainer(plan, pool, decided)],
      volumes: volumesOf(plan, pool, decided),
    },
  } satisfies PodTemplate;
}

function renderContainer(plan: Plan, pool: Pool, { clusterId, image }: PodDecisions) {
  const [node] = pool.nodes as [Pool["nodes"][number]];
  return {
    name: "kafka",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["/bin/bash", `${SHARED_CONFIG}/node.sh`],
    args: [
      `-Djava.security.properties=${OWN_CONFIG}/java.security`,
      ...javaArguments(node, bindingsOf(plan, { secrets: {} })),
    ],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "HOST_IP", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } },
      { name: "POD_DOMAIN", value: podDomain(plan) },
      { name: "NODE_ID_BASE", value: String(pool.idBase) },
      { name: "NODE_ID_STRIDE", value: String(pool.idStride) },
      { name: "CLUSTER_ID", value: clusterId },
    ],
    ports: reachableListeners(node).map(({ name, port }) => ({
      name: portName(name),
      containerPort: port,
      protocol: "TCP",
    })),
    ...probes(plan, pool),
    resources: {
      requests: { cpu: `${node.cpuMillis}m`, memory: `${node.memoryMiB}Mi`, "ephemeral-storage": "128Mi" },
      // No limit of processor time: a throttled broker loses its session while the machine idles. Container logs count as storage.
      limits: { memory: `${node.memoryMiB}Mi`, "ephemeral-storage": "1Gi" },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      { name: "data", mountPath: DATA_DIRECTORY },
      { name: "config", mountPath: SHARED_CONFIG, readOnly: true },
      ...(isToldOutside(pool) ? [{ name: "external", mountPath: EXTERNAL_MAP, readOnly: true }] : []),
      { name: "tmp", mountPath: "/tmp" },
    ],
  } satisfies Container;
}

/** `ZK_CLIENT` → `zk-client`. */
export const portName = (listener: string): string => listener.toLowerCase().replaceAll("_", "-");

/** Whether the pods tell clients outside an address that is not their own. */
const isToldOutside = (pool: Pool): boolean => groupOf(pool) === "brokers";

/**
 * One script for start and readiness: it asks the node itself whether it serves and has caught up.
 *
 * A recovering broker is never killed: it may read its log for the better part of a day before liveness is looked at at
 * all. A controller or ZooKeeper node has little to read; one that is no part of a quorum after ten minutes is started
 * anew, because a start is what heals those that waited for a name too long (strimzi-kafka-operator #12760). Until the node
 * has served, each try of the script goes on for 7 s, so that the thresholds are in units of that.
 */
function probes(plan: Plan, pool: Pool) {
  const [node] = pool.nodes as [Pool["nodes"][number]];
  const isBroker = node.roles.includes("broker");
  const exec = {
    command: ["/bin/bash", `${SHARED_CONFIG}/serves.sh`, ...probesOf(node, bindingsOf(plan, { secrets: {} }), "self")],
  };
  const { interBroker, quorum } = plan.security.listeners;
  const main = isBroker ? interBroker : node.roles.includes("controller") ? quorum : zooKeeperListener(node);
  return {
    startupProbe: { exec, periodSeconds: 1, timeoutSeconds: 9, failureThreshold: isBroker ? 10_000 : 90 },
    readinessProbe: { exec, periodSeconds: 5, timeoutSeconds: 9, failureThreshold: 2 },
    livenessProbe: {
      tcpSocket: { port: portOf(node, main) },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 18,
    },
  };
}

function volumesOf(plan: Plan, pool: Pool, { config, secret }: PodDecisions) {
  // Readable for the pod's group, which is its own.
  const defaultMode = 0o440;
  return [
    {
      name: "config",
      projected: {
        defaultMode,
        sources: [{ configMap: { name: config } }, ...(secret === undefined ? [] : [{ secret: { name: secret } }])],
      },
    },
    ...(isToldOutside(pool)
      ? [{ name: "external", configMap: { name: names.externalMap(plan.name), defaultMode } }]
      : []),
    { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
  ];
}
