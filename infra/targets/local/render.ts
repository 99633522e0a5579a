import path from "node:path";
import { type Bindings, bindProperties, bindText } from "../../plan/bind.ts";
import type { ClusterPlan, ListenerName, NodePlan } from "../../plan/types.ts";
import { type Sealed, sealedBindings } from "../decisions/sealed.ts";

/** What the cluster resource decided once and keeps in the state, and the certificates that were made for it. */
export interface LocalCluster extends Sealed {
  readonly clusterId: string;
  /** Absolute; each node has a folder below it. */
  readonly directory: string;
  /** Port on 127.0.0.1 by `LISTENER@nodeId`. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Everything the provider needs to run one node; plain data, no path of the toolchain, so it changes with the plan only. */
export interface LocalNodeArgs {
  readonly [key: string]: unknown;
  readonly nodeId: number;
  readonly roles: readonly string[];
  readonly directory: string;
  readonly clusterId: string;
  readonly kafkaVersion: string;
  readonly mainClass: string;
  /** The file that the main class reads. */
  readonly configFile: string;
  /** Text of each file by name, `configFile` included. */
  readonly files: Readonly<Record<string, string>>;
  readonly jvmOptions: readonly string[];
  /** Where the provider asks whether the node serves, host:port by listener. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Of a controller that becomes a voter once it runs, and is taken from the voters before it goes. */
  readonly quorum?: "dynamic";
  /** See ClusterPlan. */
  readonly roll?: string;
}

const HOST = "127.0.0.1";

export const portKey = (listener: ListenerName, nodeId: number): string => `${listener}@${nodeId}`;

export function nodeDirectory(cluster: Pick<LocalCluster, "directory">, nodeId: number): string {
  return path.join(cluster.directory, `node-${nodeId}`);
}

/** Addresses of a local cluster: every listener is bound to, and advertised at, 127.0.0.1. */
function localBindings(node: NodePlan, cluster: LocalCluster): Bindings {
  const directory = nodeDirectory(cluster, node.id);
  const locate = (listener: ListenerName, nodeId: number) => {
    const port = cluster.ports[portKey(listener, nodeId)];
    if (port === undefined) throw new Error(`no port was picked for ${listener} of node ${nodeId}`);
    return { host: HOST, port };
  };
  return {
    address: locate,
    bind: locate,
    dir: (name) => path.join(directory, name),
    ...sealedBindings(cluster),
  };
}

/** NodePlan → arguments of the node resource. Pure. */
export function renderNode(
  node: NodePlan,
  { kafkaVersion, quorum, roll }: Pick<ClusterPlan, "kafkaVersion" | "quorum" | "roll">,
  cluster: LocalCluster,
): LocalNodeArgs {
  const bindings = localBindings(node, cluster);
  const bind = (text: string) => bindText(text, bindings);
  const { heapMiB, options, systemProperties } = node.jvm;
  return {
    nodeId: node.id,
    roles: node.roles,
    directory: nodeDirectory(cluster, node.id),
    clusterId: cluster.clusterId,
    kafkaVersion,
    mainClass: node.mainClass,
    configFile: node.config.name,
    files: {
      ...Object.fromEntries(Object.entries(node.files).map(([name, text]) => [name, bind(text)])),
      [node.config.name]: bindProperties(node.config.properties, bindings),
    },
    jvmOptions: [
      `-Xms${heapMiB}m`,
      `-Xmx${heapMiB}m`,
      ...options,
      ...Object.entries(systemProperties).map(([key, value]) => `-D${key}=${bind(value)}`),
    ],
    endpoints: Object.fromEntries(
      node.listeners.map(({ name }) => [name, `${HOST}:${bindings.address(name, node.id).port}`]),
    ),
    ...(quorum && node.roles.includes("controller") ? { quorum } : {}),
    ...(roll === undefined ? {} : { roll }),
  };
}
