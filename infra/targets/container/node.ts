import { type Bindings, bindText } from "../../plan/bind.ts";
import type { ClusterPlan, ListenerName, ListenerPlan, NodePlan } from "../../plan/types.ts";

/** Where nodes keep their data; the place of the official image. */
export const DATA_ROOT = "/var/lib/kafka";
/** `appuser` of the official image, and its group. */
export const USER_ID = 1000;

export function portOf({ id, listeners }: Pick<NodePlan, "id" | "listeners">, wanted: ListenerName): number {
  const found = listeners.find(({ name }) => name === wanted);
  if (!found) throw new Error(`node ${id} has no listener ${wanted}`);
  return found.port;
}

export const LOOPBACK = "127.0.0.1";

/** Listeners for the node's own health check: nobody else reaches them. */
export function isOnLoopback({ listeners }: Pick<NodePlan, "listeners">, name: ListenerName): boolean {
  if (name === "HEALTH") return true;
  return name === "ZK_CLIENT" && listeners.some((other) => other.name === "ZK_CLIENT_TLS");
}

export const reachableListeners = (node: Pick<NodePlan, "listeners">): ListenerPlan[] =>
  node.listeners.filter(({ name }) => !isOnLoopback(node, name));

/** Which listener of a container or pod clients in its network use. */
export function insideListener({ security }: Pick<ClusterPlan, "security">): ListenerName {
  const { inside, outside } = security.listeners;
  return inside ?? outside;
}

/** Where brokers find a ZooKeeper node. */
export const zooKeeperListener = ({ listeners }: Pick<NodePlan, "listeners">): ListenerName =>
  listeners.some(({ name }) => name === "ZK_CLIENT_TLS") ? "ZK_CLIENT_TLS" : "ZK_CLIENT";

/**
 * Arguments of start.sh: options of the JVM, the main class and the configuration file.
 *
 * @param bindings for the values of system properties, which name files; that none of them is a secret is what plan tests hold.
 */
export function javaArguments(node: NodePlan, bindings: Bindings): string[] {
  const { heapMiB, options, systemProperties } = node.jvm;
  return [
    `-Xms${heapMiB}m`,
    `-Xmx${heapMiB}m`,
    ...options,
    ...Object.entries(systemProperties).map(([key, value]) => `-D${key}=${bindText(value, bindings)}`),
    node.mainClass,
    `${bindings.dir("config")}/${node.config.name}`,
  ];
}

/** Who logs in on listener HEALTH, with the password in the file `health-password`. */
const PROBE_USER = "health";

/**
 * What must hold for a node to count as healthy, for serves.sh. It speaks no TLS: brokers are asked on a plaintext listener
 * as long as there is one, where each finds all others, and then on the one for it; secured controllers not at all.
 *
 * @param id the node's, or `self` where node.sh found it out.
 */
export function probesOf(node: NodePlan, { dir }: Pick<Bindings, "dir">, id = String(node.id)): string[] {
  const { roles, listeners } = node;
  const has = (wanted: ListenerName) => listeners.some(({ name }) => name === wanted);
  const broker = () => (has("INTERNAL") ? portOf(node, "INTERNAL") : `${portOf(node, "HEALTH")}:${PROBE_USER}`);
  const controller = () => (has("CONTROLLER_TLS") ? dir(node.volumes[0]!.name) : portOf(node, "CONTROLLER"));
  return [
    ...(roles.includes("broker") ? [`broker:${id}:${broker()}`] : []),
    ...(roles.includes("controller") ? [`controller:${id}:${controller()}`] : []),
    ...(roles.includes("zookeeper") ? [`zookeeper:${portOf(node, "ZK_CLIENT")}`] : []),
  ];
}
