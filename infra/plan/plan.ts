import type { StackSpec } from "../spec/resolve.ts";
import { ADMIN_FILE, ADMIN_NAME, adminSecret, passwordsOf } from "./identities.ts";
import { kerberosFiles } from "./kerberos.ts";
import { healthJaas, healthSecret } from "./listener-properties.ts";
import { fixedPorts, hasHealth, listenersOf } from "./listeners.ts";
import { isKraft, isMigrating, usesZooKeeper } from "./metadata.ts";
import { FIRST_ID, type NodeSeat, restartOrder, seatNodes } from "./nodes.ts";
import { serverProperties } from "./properties.ts";
import { isDynamic } from "./quorum.ts";
import { jvmOf, volumesOf } from "./resources.ts";
import { planSecurity, storeFiles } from "./security.ts";
import { planTopics } from "./topics.ts";
import type { ClusterPlan, DockerPlan, KubernetesPlan, NodePlan, SecurityPlan } from "./types.ts";
import { clientJaas, serverJaas, zooKeeperProperties, zooKeeperSecrets } from "./zookeeper.ts";
import { zooKeeperTls } from "./zookeeper-tls.ts";

/**
 * StackSpec → ClusterPlan, pure: the same spec and name give the same plan, to the letter.
 *
 * @param name of the Pulumi stack and the cluster.
 */
export function planCluster(spec: StackSpec, name: string): ClusterPlan {
  const seats = seatNodes(spec);
  const nodes = seats.map((seat) => planNode(spec, seat, seats));
  const ports = fixedPorts(spec);
  const security = planSecurity(spec, seats);
  return {
    schemaVersion: 1,
    name,
    target: spec.target,
    mode: spec.kafka.mode,
    ...(spec.kafka.migration ? { migration: spec.kafka.migration } : {}),
    ...(isDynamic(spec) ? { quorum: "dynamic" as const } : {}),
    kafkaVersion: spec.kafka.version,
    nodes,
    restartOrder: restartOrder(nodes),
    topics: planTopics(spec),
    allowUnavailable: spec.environment === "dev" || spec.allowUnavailableOnOneFailure,
    secrets: secretsOf(spec, security),
    security,
    ...(ports ? { fixedPorts: ports } : {}),
    ...(spec.target === "docker" ? { docker: dockerOf(spec) } : {}),
    ...(spec.target === "kubernetes" ? { kubernetes: kubernetesOf(spec, name) } : {}),
  };
}

function dockerOf({ docker }: StackSpec): DockerPlan {
  const { host, image, publishAddress, advertisedHost = publishAddress } = docker;
  return { ...(host === undefined ? {} : { host }), image, publishAddress, advertisedHost };
}

function kubernetesOf({ kubernetes, environment, brokers }: StackSpec, name: string): KubernetesPlan {
  const { ports: _ports, quickStart: _quickStart, ...written } = kubernetes;
  const defaults = {
    racks: brokers.racks,
    namespace: `kafka-${name}`,
    spread: environment === "dev" ? "preferred" : "required",
  };
  // What the file leaves out is not there, rather than there without a value.
  return { ...defaults, ...JSON.parse(JSON.stringify(written)) };
}

/** Random ones, each made once. */
function secretsOf(spec: StackSpec, { identities }: SecurityPlan): string[] {
  return [
    ...(spec.zookeeper ? zooKeeperSecrets : []),
    ...passwordsOf(identities),
    ...(hasHealth(spec) ? [healthSecret(spec)] : []),
  ];
}

function planNode(spec: StackSpec, seat: NodeSeat, seats: readonly NodeSeat[]): NodePlan {
  const isZooKeeper = seat.roles.includes("zookeeper");
  return {
    id: seat.id,
    roles: seat.roles,
    rack: seat.rack,
    listeners: listenersOf(spec, seat),
    ...(isZooKeeper
      ? {
          mainClass: "org.apache.zookeeper.server.quorum.QuorumPeerMain",
          config: { name: "zoo.cfg", properties: zooKeeperProperties(seats, zooKeeperTls(spec, seat, seats)) },
          files: { "jaas.conf": serverJaas, ...storeFiles(spec, seat) },
        }
      : {
          mainClass: "kafka.Kafka",
          config: { name: "server.properties", properties: serverProperties(spec, seat, seats) },
          files: kafkaFiles(spec, seat),
        }),
    jvm: jvmOf(spec, seat),
    memoryMiB: seat.memoryMiB,
    cpuMillis: seat.cpuMillis,
    volumes: volumesOf(spec, seat),
  };
}

function kafkaFiles(spec: StackSpec, seat: NodeSeat): Record<string, string> {
  const health = hasHealth(spec) && seat.roles.includes("broker");
  const jaas = [...(usesZooKeeper(spec, seat) ? [clientJaas] : []), ...(health ? [healthJaas(spec)] : [])];
  return {
    ...(jaas.length > 0 ? { "jaas.conf": jaas.join("") } : {}),
    ...storeFiles(spec, seat),
    ...kerberosFiles(spec, seat),
    ...(health ? { "health-password": `{{secret:${healthSecret(spec)}}}` } : {}),
    ...(readsAdmin(spec, seat)
      ? { [ADMIN_FILE]: `${ADMIN_NAME}={{secret:${adminSecret(spec.security.rotation)}}}` }
      : {}),
  };
}

/**
 * Whether a node's start needs the super user's password; no node that runs does, because nodes log in by certificate. In KRaft
 * any of the first controllers may be the one from whose formatted storage the cluster takes it; local storage is formatted once
 * for all nodes. The users of a migration come from ZooKeeper, and there the first broker puts it; the pods of a pool share one
 * Secret with it.
 */
function readsAdmin(spec: StackSpec, seat: NodeSeat): boolean {
  if (spec.security.profile !== "scram") return false;
  if (!isKraft(spec, seat)) return seat.id === FIRST_ID.broker || spec.target === "kubernetes";
  return spec.target !== "local" && seat.roles.includes("controller") && !isMigrating(spec, seat);
}
