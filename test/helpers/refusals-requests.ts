import {
  alterClientQuotasV1,
  alterPartitionReassignmentsV0,
  ConfigResourceTypes,
  createPartitionsV3,
  createTopicsV7,
  deleteRecordsV2,
  deleteTopicsV6,
  describeUserScramCredentialsV0,
  fetchV12,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
  initProducerIdV4,
  joinGroupV9,
  offsetCommitV8,
  produceV9,
} from "@platformatic/kafka";
import {
  createAcls,
  deleteAcls,
  deleteCredentials,
  describeAcls,
  upsertCredentials,
} from "../../scripts/kafka/access-requests.ts";
import { saltPassword } from "../../scripts/kafka/access-scram.ts";
import type { NodeConnection } from "../../scripts/kafka/gaps.ts";
import type { AclState } from "../../scripts/ops/access/state.ts";

/** Names that no user of a test has a right to. */
export const VICTIM = "refused-victim";
export const GROUP = "refused-group";
export const TRANSACTION = "refused-transaction";
const NEW_TOPIC = "refused-new";
const INTRUDER = { user: "refused-intruder", mechanism: "SCRAM-SHA-512" } as const;

const TIMEOUT_MS = 10_000;
const [TOPIC, OF_GROUP, CLUSTER] = ["TOPIC", "GROUP", "CLUSTER"].map((what) => `${what}_AUTHORIZATION_FAILED`) as [
  string,
  string,
  string,
];

export type Where = "leader" | "group" | "transaction" | "controller";

export interface Request {
  readonly what: string;
  /** Which broker a permitted request would have to go to. */
  readonly where: Where;
  readonly refusedBy: string;
  readonly passesBy?: readonly string[];
  request(node: NodeConnection): Promise<unknown>;
}

interface Asking {
  readonly user: string;
  /** Where the victim's only partition lies. */
  readonly replicas: readonly number[];
  readonly isKraft: boolean;
}

/** As the protocol has them, so that no client says no in the broker's place. In this order, what one makes a later one removes. */
export function requests(asking: Asking): Request[] {
  return [...ofRecords, ...ofGroups, ...ofTopics(asking), ...ofTheCluster(asking)];
}

const ofRecords: readonly Request[] = [
  {
    what: "produce",
    where: "leader",
    refusedBy: TOPIC,
    request: (node) =>
      produceV9.api.async(node, -1, TIMEOUT_MS, [{ topic: VICTIM, partition: 0, value: Buffer.from("x") }]),
  },
  {
    what: "consume",
    where: "leader",
    refusedBy: TOPIC,
    request: (node) =>
      fetchV12.api.async(node, 0, 0, 1_000, 0, 0, -1, [{ topicId: VICTIM, partitions: [FROM_START] }], [], ""),
  },
  {
    what: "delete records",
    where: "leader",
    refusedBy: TOPIC,
    request: (node) =>
      deleteRecordsV2.api.async(node, [{ name: VICTIM, partitions: [{ partitionIndex: 0, offset: 1n }] }], TIMEOUT_MS),
  },
  {
    what: "use a transactional id",
    where: "transaction",
    refusedBy: "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
    passesBy: ["COORDINATOR_LOAD_IN_PROGRESS"],
    request: (node) => initProducerIdV4.api.async(node, TRANSACTION, TIMEOUT_MS),
  },
];

const FROM_START = {
  partition: 0,
  currentLeaderEpoch: -1,
  fetchOffset: 0n,
  lastFetchedEpoch: -1,
  partitionMaxBytes: 1_000,
};

const ofGroups: readonly Request[] = [
  {
    what: "join a group",
    where: "group",
    refusedBy: OF_GROUP,
    // The coordinator gives a newcomer an id with which to ask again (KIP-394).
    passesBy: ["MEMBER_ID_REQUIRED", "COORDINATOR_LOAD_IN_PROGRESS"],
    request: (node) =>
      joinGroupV9.api.async(node, GROUP, 10_000, 10_000, "", null, "consumer", [
        { name: "range", metadata: Buffer.alloc(0) },
      ]),
  },
  {
    what: "commit a group's offsets",
    where: "group",
    refusedBy: OF_GROUP,
    passesBy: ["COORDINATOR_LOAD_IN_PROGRESS"],
    request: (node) =>
      offsetCommitV8.api.async(node, GROUP, -1, "", null, [
        { name: VICTIM, partitions: [{ partitionIndex: 0, committedOffset: 0n, committedLeaderEpoch: -1 }] },
      ]),
  },
];

const ofTopics = ({ replicas }: Asking): readonly Request[] => [
  {
    what: "create a topic",
    where: "controller",
    refusedBy: TOPIC,
    request: (node) =>
      createTopicsV7.api.async(
        node,
        [{ name: NEW_TOPIC, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
        TIMEOUT_MS,
        false,
      ),
  },
  {
    what: "add partitions",
    where: "controller",
    refusedBy: TOPIC,
    request: (node) =>
      createPartitionsV3.api.async(
        node,
        [{ name: VICTIM, count: 2, assignments: [{ brokerIds: [...replicas] }] }],
        TIMEOUT_MS,
        false,
      ),
  },
  {
    what: "alter a topic's config",
    where: "controller",
    refusedBy: TOPIC,
    request: (node) => setConfig(node, ConfigResourceTypes.TOPIC, VICTIM),
  },
  {
    what: "move a partition",
    where: "controller",
    refusedBy: CLUSTER,
    request: (node) =>
      alterPartitionReassignmentsV0.api.async(node, TIMEOUT_MS, true, [
        { name: VICTIM, partitions: [{ partitionIndex: 0, replicas: [...replicas] }] },
      ]),
  },
  {
    what: "delete a topic",
    where: "controller",
    refusedBy: TOPIC,
    request: (node) => deleteTopicsV6.api.async(node, [{ name: VICTIM }], TIMEOUT_MS),
  },
  {
    what: "delete a topic that it would have created",
    where: "controller",
    refusedBy: TOPIC,
    request: (node) => deleteTopicsV6.api.async(node, [{ name: NEW_TOPIC }], TIMEOUT_MS),
  },
];

/** Taking back what nobody set changes nothing, also where it is permitted. */
const setConfig = (
  node: NodeConnection,
  resourceType: (typeof ConfigResourceTypes)["TOPIC" | "BROKER"],
  resourceName: string,
) =>
  incrementalAlterConfigsV1.api.async(
    node,
    [
      {
        resourceType,
        resourceName,
        configs: [
          resourceType === ConfigResourceTypes.TOPIC
            ? { name: "retention.ms", configOperation: IncrementalAlterConfigOperationTypes.SET, value: "1" }
            : { name: "log.retention.ms", configOperation: IncrementalAlterConfigOperationTypes.DELETE },
        ],
      },
    ],
    false,
  );

function ofTheCluster({ user }: Asking): Request[] {
  const row = (what: string, request: Request["request"], ...passesBy: string[]): Request => ({
    what,
    where: "controller",
    refusedBy: CLUSTER,
    passesBy,
    request,
  });
  const acl: AclState = {
    ...{ resource: "topic", name: VICTIM, pattern: "literal" as const, principal: `User:${user}` },
    ...{ host: "*", operation: "Read", permission: "Allow" as const },
  };
  const quota = (change: { value: number; remove: false } | { remove: true }) => (node: NodeConnection) =>
    alterClientQuotasV1.api.async(
      node,
      [
        {
          entities: [{ entityType: "user", entityName: INTRUDER.user }],
          ops: [{ key: "producer_byte_rate", ...change }],
        },
      ],
      false,
    );
  return [
    row("alter the brokers' config", (node) => setConfig(node, ConfigResourceTypes.BROKER, "")),
    row("describe ACLs", describeAcls),
    row("grant itself an ACL", (node) => createAcls(node, [acl])),
    row("delete ACLs", (node) => deleteAcls(node, [acl])),
    // Of a user: where all are asked for, Kafka 4.3.1 fails over its own refusal and says nothing.
    row(
      "describe SCRAM credentials",
      (node) => describeUserScramCredentialsV0.api.async(node, [{ name: "kafka-admin" }]),
      // With profile mtls nobody has any.
      "RESOURCE_NOT_FOUND",
    ),
    row("set SCRAM credentials", async (node) =>
      upsertCredentials(node, [{ ...INTRUDER, ...(await saltPassword("intruding")) }]),
    ),
    row("delete SCRAM credentials", (node) => deleteCredentials(node, [INTRUDER])),
    row("set a quota", quota({ value: 1, remove: false })),
    row("remove a quota", quota({ remove: true })),
  ];
}
