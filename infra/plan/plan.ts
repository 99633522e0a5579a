import type { StackSpec } from "../spec/resolve.ts";
import { fixedPorts, listenersOf } from "./listeners.ts";
import { type NodeSeat, restartOrder, seatNodes } from "./nodes.ts";
import { serverProperties } from "./properties.ts";
import { jvmOf, volumesOf } from "./resources.ts";
import { planTopics } from "./topics.ts";
import type { ClusterPlan, DockerPlan, KubernetesPlan, NodePlan } from "./types.ts";
import { clientJaas, serverJaas, zooKeeperProperties, zooKeeperSecrets } from "./zookeeper.ts";

/**
 * StackSpec → ClusterPlan, pure: the same spec and name give the same plan, to the letter.
 *
 * @param name of the Pulumi stack and the cluster.
 */
export function planCluster(spec: StackSpec, name: string): ClusterPlan {
  const seats = seatNodes(spec);
  const nodes = seats.map((seat) => planNode(spec, seat, seats));
  const ports = fixedPorts(spec);
  return {
    schemaVersion: 1,
    name,
    target: spec.target,
    mode: spec.kafka.mode,
    kafkaVersion: spec.kafka.version,
    nodes,
    restartOrder: restartOrder(nodes),
    topics: planTopics(spec),
    secrets: spec.zookeeper ? zooKeeperSecrets : [],
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

function planNode(spec: StackSpec, seat: NodeSeat, seats: readonly NodeSeat[]): NodePlan {
  const isZooKeeper = seat.roles.includes("zookeeper");
  return {
    id: seat.id,
    roles: seat.roles,
    rack: seat.rack,
    listeners: listenersOf(seat),
    ...(isZooKeeper
      ? {
          mainClass: "org.apache.zookeeper.server.quorum.QuorumPeerMain",
          config: { name: "zoo.cfg", properties: zooKeeperProperties(seats) },
          files: { "jaas.conf": serverJaas },
        }
      : {
          mainClass: "kafka.Kafka",
          config: { name: "server.properties", properties: serverProperties(spec, seat, seats) },
          files: spec.zookeeper ? { "jaas.conf": clientJaas } : {},
        }),
    jvm: jvmOf(spec, seat),
    memoryMiB: seat.memoryMiB,
    cpuMillis: seat.cpuMillis,
    volumes: volumesOf(spec, seat),
  };
}
