import type { StackSpec } from "../spec/resolve.ts";
import type { NodeSeat } from "./nodes.ts";

/**
 * By what a Kafka node lives while a cluster goes from ZooKeeper to KRaft, and before and after. Sources: Kafka 3.9
 * documentation, "ZooKeeper to KRaft Migration"; KIP-866.
 *
 * | `kafka.migration` | brokers                             | controllers                    |
 * |-------------------|-------------------------------------|--------------------------------|
 * | none              | ZooKeeper                           | none                           |
 * | prepare           | ZooKeeper                           | KRaft, in migration mode       |
 * | dualWrite         | ZooKeeper, in migration mode        | KRaft, in migration mode       |
 * | kraftBrokers      | KRaft                               | KRaft, in migration mode       |
 * | mode kraft        | KRaft                               | KRaft                          |
 *
 * A broker of `kraftBrokers` is to the letter one of mode kraft, so that the last step restarts controllers only.
 */
type Modes = Pick<StackSpec, "kafka" | "controllers" | "zookeeper">;
type Roles = Pick<NodeSeat, "roles">;

/** The node has `process.roles`. */
export const isKraft = ({ kafka, controllers }: Modes, { roles }: Roles): boolean =>
  controllers !== undefined &&
  (kafka.mode === "kraft" || !roles.includes("broker") || kafka.migration === "kraftBrokers");

/** The node is a client of ZooKeeper. */
export const usesZooKeeper = (spec: Modes, node: Roles): boolean =>
  spec.zookeeper !== undefined && !(isKraft(spec, node) && node.roles.includes("broker"));

/** The node has `zookeeper.metadata.migration.enable`. */
export const isMigrating = (spec: Modes, node: Roles): boolean =>
  usesZooKeeper(spec, node) && (isKraft(spec, node) || spec.kafka.migration === "dualWrite");

/** The node talks to the KRaft quorum. */
export const knowsQuorum = (spec: Modes, node: Roles): boolean => isKraft(spec, node) || isMigrating(spec, node);
