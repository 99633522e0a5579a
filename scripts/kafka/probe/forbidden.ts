/**
 * Requests that the smoke test's identity must not be granted. Should one be granted all the same it changes nothing: it is
 * validated only, or it is about names that nobody uses.
 */
import {
  AclOperations,
  AclPermissionTypes,
  ConfigResourceTypes,
  createTopicsV7,
  deleteAclsV3,
  describeAclsV3,
  fetchV12,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
  initProducerIdV4,
  joinGroupV9,
  produceV9,
  ResourcePatternTypes,
  ResourceTypes,
} from "@platformatic/kafka";
import type { NodeConnection } from "../gaps.ts";

export interface Forbidden {
  /** In words. */
  readonly what: string;
  /** Kafka's error for it. */
  readonly wanted: string;
  /** In KRaft the broker passes it on to the controller, which judges it: that this took too long decides nothing. */
  readonly passedOn?: true;
  /** @param foreign a name outside the identity's own. */
  ask(node: NodeConnection, foreign: string): Promise<unknown>;
}

const TIMEOUT_MS = 8_000;
/** It exists in every cluster that is used, and tells who reads what. */
const OFFSETS = "__consumer_offsets";

/** An ACL of somebody who is nowhere: to remove it removes nothing. */
const aclOf = (principal: string) => ({
  resourceType: ResourceTypes.TOPIC,
  resourceName: principal,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: `User:${principal}`,
  host: null,
  operation: AclOperations.ANY,
  permissionType: AclPermissionTypes.ANY,
});

export const FORBIDDEN: readonly Forbidden[] = [
  {
    what: "producing to a foreign topic",
    wanted: "TOPIC_AUTHORIZATION_FAILED",
    ask: (node, foreign) =>
      produceV9.api.async(node, -1, TIMEOUT_MS, [{ topic: foreign, partition: 0, value: Buffer.from("refused") }]),
  },
  {
    what: `consuming from ${OFFSETS}`,
    wanted: "TOPIC_AUTHORIZATION_FAILED",
    ask: (node) =>
      // Up to version 12 topics go by name, in the field that later versions use for the id.
      fetchV12.api.async(node, 0, 0, 1, 0, 0, -1, [{ topicId: OFFSETS, partitions: [fromItsBeginning] }], [], ""),
  },
  {
    what: "joining a foreign group",
    wanted: "GROUP_AUTHORIZATION_FAILED",
    ask: (node, foreign) =>
      joinGroupV9.api.async(node, foreign, 10_000, 10_000, "", null, "consumer", [{ name: "range", metadata: null }]),
  },
  {
    what: "using a foreign transactional id",
    wanted: "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
    ask: (node, foreign) => initProducerIdV4.api.async(node, foreign, 10_000, -1n, -1),
  },
  {
    what: "creating a foreign topic",
    wanted: "TOPIC_AUTHORIZATION_FAILED",
    passedOn: true,
    ask: (node, foreign) =>
      createTopicsV7.api.async(
        node,
        [{ name: foreign, numPartitions: 1, replicationFactor: -1, assignments: [], configs: [] }],
        TIMEOUT_MS,
        true,
      ),
  },
  {
    what: "changing a broker's configuration",
    wanted: "CLUSTER_AUTHORIZATION_FAILED",
    passedOn: true,
    ask: (node) =>
      incrementalAlterConfigsV1.api.async(
        node,
        [
          {
            resourceType: ConfigResourceTypes.BROKER,
            resourceName: "",
            configs: [
              { name: "log.cleaner.threads", configOperation: IncrementalAlterConfigOperationTypes.SET, value: "1" },
            ],
          },
        ],
        true,
      ),
  },
  {
    what: "reading ACLs",
    wanted: "CLUSTER_AUTHORIZATION_FAILED",
    ask: (node, foreign) => describeAclsV3.api.async(node, aclOf(foreign)),
  },
  {
    what: "removing ACLs",
    wanted: "CLUSTER_AUTHORIZATION_FAILED",
    passedOn: true,
    ask: (node, foreign) => deleteAclsV3.api.async(node, [aclOf(foreign)]),
  },
];

const fromItsBeginning = {
  partition: 0,
  currentLeaderEpoch: -1,
  fetchOffset: 0n,
  lastFetchedEpoch: -1,
  partitionMaxBytes: 1,
};
