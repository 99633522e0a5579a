import type { StackSpec } from "../spec/resolve.ts";
import type { NodeSeat } from "./nodes.ts";
import type { ListenerName, ListenerParts, ListenerPlan } from "./types.ts";

/** Ports inside a container or pod. The local target puts every node on one address and picks its own. */
const PORTS: Readonly<Record<ListenerName, number>> = Object.freeze({
  INTERNAL: 9092,
  CONTROLLER: 9093,
  EXTERNAL: 9094,
  REPLICATION: 9095,
  CONTROLLER_TLS: 9096,
  INTERNAL_TLS: 9097,
  EXTERNAL_TLS: 9098,
  HEALTH: 9099,
  ZK_CLIENT: 2181,
  ZK_CLIENT_TLS: 2281,
  ZK_QUORUM: 2888,
  ZK_ELECTION: 3888,
});

type Exposure = Pick<StackSpec, "security" | "target">;

/** Plaintext listeners are there without security, and beside the secured ones while a live cluster goes to them. */
export const isPlain = ({ security }: Exposure): boolean =>
  security.profile === "plaintext" || security.transition !== undefined;

export const isSecured = ({ security }: Exposure): boolean => security.profile !== "plaintext";

/** Which listener plays which part: the plaintext ones as long as not every node has the others. */
export function listenerParts(spec: Exposure): ListenerParts {
  const hasInside = spec.target !== "local";
  const plain = !isSecured(spec) || spec.security.transition === "open";
  const parts: ListenerParts = plain
    ? { outside: "EXTERNAL", interBroker: "INTERNAL", quorum: "CONTROLLER" }
    : { outside: "EXTERNAL_TLS", interBroker: "REPLICATION", quorum: "CONTROLLER_TLS" };
  return hasInside ? { ...parts, inside: plain ? "INTERNAL" : "INTERNAL_TLS" } : parts;
}

/** Which listeners a node with these roles has. */
export function listenersOf(spec: Exposure, { roles }: Pick<NodeSeat, "roles">): ListenerPlan[] {
  return [
    ...brokerListeners(spec, roles),
    ...(roles.includes("controller") ? quorumListeners(spec) : []),
    ...zooKeeperListeners(spec, roles),
  ].map((name) => ({ name, port: PORTS[name] }));
}

/** Whether a broker's own health check logs in on a listener of its own: where it runs beside the broker and speaks no TLS. */
export const hasHealth = (spec: Exposure): boolean => isSecured(spec) && spec.target !== "local";

export function brokerListeners(spec: Exposure, roles: NodeSeat["roles"]): ListenerName[] {
  if (!roles.includes("broker")) return [];
  const plain: ListenerName[] = isPlain(spec) ? ["INTERNAL", "EXTERNAL"] : [];
  if (!isSecured(spec)) return plain;
  const inside: ListenerName[] = spec.target === "local" ? [] : ["INTERNAL_TLS"];
  return [...plain, "REPLICATION", ...inside, "EXTERNAL_TLS", ...(hasHealth(spec) ? (["HEALTH"] as const) : [])];
}

/** Names of the quorum's listeners, the one in use first. */
export function quorumListeners(spec: Exposure): ListenerName[] {
  const all: ListenerName[] = [
    ...(isPlain(spec) ? (["CONTROLLER"] as const) : []),
    ...(isSecured(spec) ? (["CONTROLLER_TLS"] as const) : []),
  ];
  const { quorum } = listenerParts(spec);
  return all.toSorted((a, b) => Number(b === quorum) - Number(a === quorum));
}

function zooKeeperListeners(spec: Exposure, roles: NodeSeat["roles"]): ListenerName[] {
  if (!roles.includes("zookeeper")) return [];
  return ["ZK_CLIENT", ...(isSecured(spec) ? (["ZK_CLIENT_TLS"] as const) : []), "ZK_QUORUM", "ZK_ELECTION"];
}

/** First ports that the stack fixes for its target, by listener; undefined when it fixes none. */
export function fixedPorts({ target, ...spec }: StackSpec): Partial<Record<ListenerName, number>> | undefined {
  const written: Partial<StackSpec["local"]["ports"]> = spec[target].ports;
  const { internal, external, controller, zkClient, zkQuorum, zkElection } = written;
  const secured = isSecured({ ...spec, target });
  const ports = {
    [secured ? "REPLICATION" : "INTERNAL"]: internal,
    [secured ? "EXTERNAL_TLS" : "EXTERNAL"]: external,
    [secured ? "CONTROLLER_TLS" : "CONTROLLER"]: controller,
    [secured ? "ZK_CLIENT_TLS" : "ZK_CLIENT"]: zkClient,
    ZK_QUORUM: zkQuorum,
    ZK_ELECTION: zkElection,
  };
  const fixed = Object.entries(ports).filter(([, port]) => port !== undefined);
  return fixed.length > 0 ? Object.fromEntries(fixed) : undefined;
}
