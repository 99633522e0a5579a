import type { StackSpec } from "../spec/resolve.ts";
import { KAFKA_VERSIONS } from "../spec/versions.ts";
import { listenerProperties } from "./listener-properties.ts";
import { isKraft, isMigrating, knowsQuorum, usesZooKeeper } from "./metadata.ts";
import type { NodeSeat } from "./nodes.ts";
import { quorumProperties } from "./quorum.ts";
import { guardProperties } from "./security.ts";
import { sortByKey } from "./sort.ts";
import { zooKeeperClientProperties } from "./zookeeper.ts";
import { zooKeeperClientTls } from "./zookeeper-tls.ts";

/**
 * server.properties of one node, sorted. Later wins: the plan's defaults, then kafka.config, then brokers.config; the
 * keys that the plan owns cannot be in either (`infra/spec/owned-keys.ts`).
 */
export function serverProperties(spec: StackSpec, seat: NodeSeat, seats: readonly NodeSeat[]): Record<string, string> {
  const isBroker = seat.roles.includes("broker");
  return sortByKey({
    ...clusterDefaults(spec),
    ...(isBroker ? brokerDefaults(spec, seat) : {}),
    ...(isKraft(spec, seat) ? { "node.id": String(seat.id), "process.roles": seat.roles.join(",") } : {}),
    ...(knowsQuorum(spec, seat) ? quorumProperties(spec, seats) : {}),
    ...(usesZooKeeper(spec, seat) ? asZooKeeperClient(spec, seat, seats) : {}),
    ...listenerProperties(spec, seat),
    ...guardProperties(spec, seat),
    "log.dirs": "{{dir:data}}",
    ...spec.kafka.config,
    ...(isBroker ? spec.brokers.config : {}),
  });
}

/**
 * Settings that controllers need as much as brokers: in KRaft it is the active controller that places a topic created
 * without numbers, elects leaders and reads min.insync.replicas.
 *
 * A new cluster of Kafka 4.3 keeps min.insync.replicas as a dynamic default from its first start on (KIP-966: with
 * eligible leader replicas it may not differ between brokers); this static value then only says what it starts from.
 */
function clusterDefaults({ topicDefaults }: StackSpec): Record<string, string> {
  return {
    // A misspelt topic name must fail, not become a topic with one copy.
    "auto.create.topics.enable": "false",
    "default.replication.factor": String(topicDefaults.replicationFactor),
    "min.insync.replicas": String(topicDefaults.minInsyncReplicas),
    "num.partitions": String(topicDefaults.partitions),
    // A replica that missed acknowledged records never leads: rather unavailable than lossy.
    "unclean.leader.election.enable": "false",
  };
}

function brokerDefaults(spec: StackSpec, { rack }: NodeSeat): Record<string, string> {
  // As durable as other topics, and three copies at least; Kafka cannot create its own topics with fewer brokers. Offsets
  // have no min ISR of their own: with fewer copies than others, one broker down would stop their commits.
  const { replicationFactor, minInsyncReplicas } = spec.topicDefaults;
  const copies = Math.min(Math.max(3, replicationFactor), spec.brokers.count);
  const quorum = String(Math.max(1, Math.min(Math.max(2, minInsyncReplicas), copies - 1)));
  const properties: Record<string, string> = {
    // Leaders move away before a broker stops, so a restart costs clients no failed request.
    "controlled.shutdown.enable": "true",
    "offsets.topic.replication.factor": String(copies),
    "transaction.state.log.replication.factor": String(copies),
    "transaction.state.log.min.isr": quorum,
    // Waiting for a group's other members saves rebalances in production and only costs time elsewhere.
    "group.initial.rebalance.delay.ms": spec.environment === "dev" ? "0" : "3000",
  };
  if (spec.environment === "dev") {
    // Kafka's 50 each serve hundreds of groups and producers; making them takes longer than all else of a small cluster.
    properties["offsets.topic.num.partitions"] = "10";
    properties["transaction.state.log.num.partitions"] = "10";
  }
  if (hasShareGroups(spec)) {
    properties["share.coordinator.state.topic.replication.factor"] = String(copies);
    properties["share.coordinator.state.topic.min.isr"] = quorum;
  }
  if (rack !== null) {
    properties["broker.rack"] = rack;
    // KIP-392: a consumer that names its rack reads from the replica there.
    properties["replica.selector.class"] = "org.apache.kafka.common.replica.RackAwareReplicaSelector";
  }
  return properties;
}

/** Share groups (KIP-932) and their state topic came with Kafka 4. */
const hasShareGroups = ({ kafka }: StackSpec): boolean =>
  !KAFKA_VERSIONS[kafka.version].releaseVersion.startsWith("3.");

/** A client of ZooKeeper: a broker that lives by it, or a controller that takes its metadata over. */
function asZooKeeperClient(spec: StackSpec, seat: NodeSeat, seats: readonly NodeSeat[]): Record<string, string> {
  return {
    ...zooKeeperClientProperties(seats),
    ...zooKeeperClientTls(spec, seats),
    ...(isKraft(spec, seat) ? {} : { "broker.id": String(seat.id) }),
    ...(isMigrating(spec, seat) ? { "zookeeper.metadata.migration.enable": "true" } : {}),
  };
}
