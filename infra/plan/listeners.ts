import type { StackSpec } from "../spec/resolve.ts";
import type { NodeSeat } from "./nodes.ts";
import type { ListenerName, ListenerPlan } from "./types.ts";

/** Ports inside a container or pod. The local target puts every node on one address and picks its own. */
const PORTS: Readonly<Record<ListenerName, number>> = Object.freeze({
  INTERNAL: 9092,
  CONTROLLER: 9093,
  EXTERNAL: 9094,
  ZK_CLIENT: 2181,
  ZK_QUORUM: 2888,
  ZK_ELECTION: 3888,
});

/** Which listeners a node with these roles has. */
export function listenersOf({ roles }: Pick<NodeSeat, "roles">): ListenerPlan[] {
  const names: ListenerName[] = [];
  if (roles.includes("broker")) names.push("INTERNAL", "EXTERNAL");
  if (roles.includes("controller")) names.push("CONTROLLER");
  if (roles.includes("zookeeper")) names.push("ZK_CLIENT", "ZK_QUORUM", "ZK_ELECTION");
  return names.map((name) => ({ name, port: PORTS[name] }));
}

/** Properties about a Kafka node's listeners: where it listens, what it tells others, and who proves what on each. */
export function listenerProperties(spec: StackSpec, { id, roles }: NodeSeat): Record<string, string> {
  const names = listenersOf({ roles }).map(({ name }) => name);
  // A broker in KRaft talks to controllers, so it must know the protocol of a listener that it does not have.
  const spoken = spec.controllers && !names.includes("CONTROLLER") ? [...names, "CONTROLLER"] : names;
  const properties: Record<string, string> = {
    listeners: names.map((name) => `${name}://{{bind:${name}@${id}}}`).join(","),
    "listener.security.protocol.map": spoken.map((name) => `${name}:${PROTOCOL[spec.security.profile]}`).join(","),
  };
  if (spec.controllers) properties["controller.listener.names"] = "CONTROLLER";
  if (roles.includes("broker")) {
    const told = names.filter((name) => name !== "CONTROLLER");
    properties["advertised.listeners"] = told.map((name) => `${name}://{{address:${name}@${id}}}`).join(",");
    properties["inter.broker.listener.name"] = "INTERNAL";
  }
  return properties;
}

/** org.apache.kafka.common.security.auth.SecurityProtocol by security profile. */
const PROTOCOL: Readonly<Record<StackSpec["security"]["profile"], string>> = { plaintext: "PLAINTEXT" };

/** First ports that the stack fixes for its target, by listener; undefined when it fixes none. */
export function fixedPorts({ target, ...spec }: StackSpec): Partial<Record<ListenerName, number>> | undefined {
  const written: Partial<StackSpec["local"]["ports"]> = spec[target].ports;
  const { internal, external, controller, zkClient, zkQuorum, zkElection } = written;
  const ports = {
    INTERNAL: internal,
    EXTERNAL: external,
    CONTROLLER: controller,
    ZK_CLIENT: zkClient,
    ZK_QUORUM: zkQuorum,
    ZK_ELECTION: zkElection,
  };
  const fixed = Object.entries(ports).filter(([, port]) => port !== undefined);
  return fixed.length > 0 ? Object.fromEntries(fixed) : undefined;
}
