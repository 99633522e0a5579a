import { createHash } from "node:crypto";
import { type Bindings, bindProperties, bindText } from "../../plan/bind.ts";
import { zooKeeperId } from "../../plan/nodes.ts";
import type { ClusterPlan, DockerPlan, ListenerName, ListenerPlan, NodePlan } from "../../plan/types.ts";
import { DATA_ROOT, isOnLoopback, javaArguments, LOOPBACK, portOf, probesOf, USER_ID } from "../container/node.ts";
import { containerFiles } from "../container/scripts.ts";
import type { Decisions } from "../decisions/kept.ts";
import { type Sealed, sealedBindings } from "../decisions/sealed.ts";
import { containerName, groupLabels, LABEL, labelList, nodeLabels, volumeName } from "./names.ts";

/** What the engine can do; found once, so that a newer engine is no reason for a roll. */
export interface EngineTraits {
  /** Most files that a container may have open. */
  readonly openFiles: number;
  /** Whether it can look more often while a container starts (API 1.44). */
  readonly startInterval: boolean;
}

/** What was decided for the cluster, as far as containers are concerned. */
export interface DockerCluster extends Omit<Decisions, "secrets"> {
  readonly traits: EngineTraits;
}

/** Inside a container; the place of the official image. */
export const CONFIG_DIRECTORY = "/mnt/shared/config";

/** For a controlled shutdown, in which leaders move away first. Seconds. */
export const STOP_SECONDS = 60;

export const portKey = (listener: ListenerName, nodeId: number): string => `${listener}@${nodeId}`;

/** A plan whose target is docker. */
export type DockerPlanned = ClusterPlan & { readonly docker: DockerPlan };

type Plan = Pick<DockerPlanned, "name" | "nodes" | "docker" | "roll">;

/** Ports are published for clients outside, the plaintext one and the secured one while a cluster goes from one to the other. */
const PUBLISHED: readonly ListenerName[] = ["EXTERNAL", "EXTERNAL_TLS"];

export const publishedListeners = ({ listeners }: Pick<NodePlan, "listeners">): ListenerPlan[] =>
  listeners.filter(({ name }) => PUBLISHED.includes(name));

/** What a node's configuration needs to know of its cluster. */
type Known = Pick<Decisions, "ports"> & Sealed;

const UNKNOWN: Known = { ports: {}, secrets: {} };

function bindingsOf({ name, nodes, docker }: Plan, known: Known): Bindings {
  const nodeOf = (nodeId: number) => nodes.find(({ id }) => id === nodeId) ?? { id: nodeId, listeners: [] };
  const port = (listener: ListenerName, nodeId: number): number => portOf(nodeOf(nodeId), listener);
  return {
    address(listener, nodeId) {
      // Of listeners on loopback too: brokers of a ZooKeeper cluster may not tell the same address.
      if (!PUBLISHED.includes(listener)) return { host: containerName(name, nodeId), port: port(listener, nodeId) };
      const published = known.ports[portKey(listener, nodeId)];
      if (published === undefined) throw new Error(`no port was picked for ${listener} of node ${nodeId}`);
      return { host: docker.advertisedHost, port: published };
    },
    bind: (listener, nodeId) => ({
      host: isOnLoopback(nodeOf(nodeId), listener) ? LOOPBACK : "0.0.0.0",
      port: port(listener, nodeId),
    }),
    dir: (dir) => (dir === "config" ? CONFIG_DIRECTORY : `${DATA_ROOT}/${dir}`),
    ...sealedBindings(known),
  };
}

/** Every file of the node's configuration folder, by name. They may hold secrets. Pure. */
export function renderFiles(plan: Plan, node: NodePlan, known: Known): Record<string, string> {
  const bindings = bindingsOf(plan, known);
  const bound = Object.entries(node.files).map(([name, text]) => [name, bindText(text, bindings)]);
  return {
    ...containerFiles(),
    ...Object.fromEntries(bound),
    [node.config.name]: bindProperties(node.config.properties, bindings),
  };
}

/** Tells nothing of the files but whether they are the same. */
export function filesHash(files: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}

/**
 * NodePlan → arguments of the container resource, without its image and network. Pure, and without secrets: whoever may
 * inspect a container may read all of it.
 *
 * Values are spelt as the engine tells them back (durations as Go prints them), so that a refresh finds no drift.
 */
export function renderContainer(plan: Plan, node: NodePlan, cluster: DockerCluster, filesHash: string) {
  const { name } = plan;
  const { traits } = cluster;
  const bindings = bindingsOf(plan, UNKNOWN);
  const published = publishedListeners(node);
  return {
    name: containerName(name, node.id),
    hostname: containerName(name, node.id),
    entrypoints: ["/bin/bash", `${CONFIG_DIRECTORY}/start.sh`],
    command: javaArguments(node, bindings),
    ...identityOf(node, cluster),
    labels: labelList({
      ...nodeLabels(name, node),
      ...groupLabels(name, node.id),
      [LABEL.files]: filesHash,
      ...(plan.roll === undefined ? {} : { [LABEL.roll]: plan.roll }),
    }),
    ...(published.length > 0
      ? {
          ports: published.map((listener) => ({
            internal: listener.port,
            external: cluster.ports[portKey(listener.name, node.id)]!,
            ip: plan.docker.publishAddress,
            protocol: "tcp",
          })),
        }
      : {}),
    volumes: [
      ...node.volumes.map((volume) => ({
        volumeName: volumeName(name, node.id, volume.name),
        containerPath: `${DATA_ROOT}/${volume.name}`,
      })),
      { volumeName: volumeName(name, node.id, "config"), containerPath: CONFIG_DIRECTORY, readOnly: true },
    ],
    ...confinement,
    // Native compression codecs are unpacked there and loaded, so it must not be noexec, which is the default.
    tmpfs: { "/tmp": "rw,exec,nosuid,nodev,size=128m" },
    memory: node.memoryMiB,
    // The same: no swap. A JVM that swaps misses its sessions.
    memorySwap: node.memoryMiB,
    ulimits: [{ name: "nofile", soft: traits.openFiles, hard: traits.openFiles }],
    restart: "unless-stopped",
    healthcheck: {
      tests: ["CMD", "/bin/bash", `${CONFIG_DIRECTORY}/serves.sh`, ...probesOf(node, bindings)],
      // An engine that cannot look more often at the start looks often all the time: 2 % of a core for each node.
      ...(traits.startInterval ? { interval: "10s", startInterval: "1s" } : { interval: "2s" }),
      // Longer than the script's own limit, so that it ends by itself and says why.
      timeout: "8s",
      startPeriod: "10m0s",
      retries: 3,
    },
    // The plugin would wait in silence, whatever becomes of the container: see serving.ts.
    wait: false,
    stopTimeout: STOP_SECONDS,
    destroyGraceSeconds: STOP_SECONDS,
    // A day of logs must not fill the disk that the records need.
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "4" },
  };
}

/** By what start.sh prepares the data. In mode zookeeper the first broker chooses the cluster's id, and nobody needs to be told. */
function identityOf({ id, roles, config }: NodePlan, { clusterId }: DockerCluster): { readonly envs?: string[] } {
  if (roles.includes("zookeeper")) return { envs: [`ZOO_MY_ID=${zooKeeperId(id)}`] };
  return config.properties["process.roles"] === undefined ? {} : { envs: [`CLUSTER_ID=${clusterId}`] };
}

/** What the process inside may not do. */
const confinement = {
  user: `${USER_ID}:${USER_ID}`,
  readOnly: true,
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
};
