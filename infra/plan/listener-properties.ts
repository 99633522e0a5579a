import type { StackSpec } from "../spec/resolve.ts";
import { kerberosProperties, mechanismsOf } from "./kerberos.ts";
import { brokerListeners, isSecured, listenerParts, quorumListeners } from "./listeners.ts";
import { isMigrating, knowsQuorum } from "./metadata.ts";
import type { NodeSeat } from "./nodes.ts";
import type { ListenerName, SecurityProfile } from "./types.ts";

/**
 * Properties about a Kafka node's listeners: where it listens, what it tells others, and who proves what on each.
 *
 * HEALTH is told under the node's own name, although it is bound to loopback: mode zookeeper wants every address once.
 */
export function listenerProperties(spec: StackSpec, seat: NodeSeat): Record<string, string> {
  const { id, roles } = seat;
  const forBrokers = brokerListeners(spec, roles);
  const forControllers = roles.includes("controller") ? quorumListeners(spec) : [];
  const names = [...forBrokers, ...forControllers];
  const { interBroker } = listenerParts(spec);
  // A controller in migration mode talks to brokers that still live by ZooKeeper as their controller did.
  const callsBrokers = roles.includes("controller") && isMigrating(spec, seat);
  // Who talks to others must know the protocol of a listener that it does not have: a broker in KRaft calls controllers.
  const called = [...(knowsQuorum(spec, seat) ? quorumListeners(spec) : []), ...(callsBrokers ? [interBroker] : [])];
  const spoken = [...new Set([...names, ...called])];
  const { profile } = spec.security;
  const properties: Record<string, string> = {
    listeners: names.map((name) => `${name}://{{bind:${name}@${id}}}`).join(","),
    "listener.security.protocol.map": spoken.map((name) => `${name}:${protocolOf(name, profile)}`).join(","),
  };
  if (knowsQuorum(spec, seat)) properties["controller.listener.names"] = quorumListeners(spec).join(",");
  if (roles.includes("broker"))
    properties["advertised.listeners"] = forBrokers.map((name) => `${name}://{{address:${name}@${id}}}`).join(",");
  if (roles.includes("broker") || callsBrokers) properties["inter.broker.listener.name"] = interBroker;
  if (!isSecured(spec)) return properties;
  return Object.assign(properties, ...names.map((name) => proofProperties(name, spec)));
}

/** Where clients log in; on the others only nodes do. */
const FOR_CLIENTS: readonly ListenerName[] = ["INTERNAL_TLS", "EXTERNAL_TLS"];
const PLAIN: readonly ListenerName[] = ["INTERNAL", "EXTERNAL", "CONTROLLER"];

/** org.apache.kafka.common.security.auth.SecurityProtocol. */
function protocolOf(name: ListenerName, profile: SecurityProfile): string {
  if (PLAIN.includes(name)) return "PLAINTEXT";
  if (name === "HEALTH") return "SASL_PLAINTEXT";
  return FOR_CLIENTS.includes(name) && profile === "scram" ? "SASL_SSL" : "SSL";
}

/** What a listener wants of who connects. */
function proofProperties(name: ListenerName, spec: StackSpec): Record<string, string> {
  const { profile } = spec.security;
  const prefix = `listener.name.${name.toLowerCase()}`;
  if (PLAIN.includes(name)) return {};
  // Its one user stands in jaas.conf, so that no secret stands in server.properties.
  if (name === "HEALTH") return { [`${prefix}.sasl.enabled.mechanisms`]: "PLAIN" };
  if (!FOR_CLIENTS.includes(name) || profile === "mtls") return { [`${prefix}.ssl.client.auth`]: "required" };
  if (profile === "tls") return {};
  return {
    [`${prefix}.sasl.enabled.mechanisms`]: mechanismsOf(name, spec),
    [`${prefix}.scram-sha-512.sasl.jaas.config`]: "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    ...kerberosProperties(name, spec),
  };
}

/** Password of the one user of listener HEALTH. Only a node's own files know it, so it changes with the node's restart. */
export const healthSecret = ({ security: { rotation } }: Pick<StackSpec, "security">): string =>
  rotation === 1 ? "health" : `health.${rotation}`;

/** Kafka's name for a listener's own section of a JAAS file is `<listener>.KafkaServer`. */
export const healthJaas = (spec: Pick<StackSpec, "security">): string => `health.KafkaServer {
  org.apache.kafka.common.security.plain.PlainLoginModule required user_health="{{secret:${healthSecret(spec)}}}";
};
`;
