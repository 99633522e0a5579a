/**
 * The seam for what kafkajs cannot do: ask one given node, read metadata of a cluster that has offline partitions
 * (kafkajs then refuses the whole answer), racks, the KRaft quorum, log directories, incremental config changes.
 * Nothing here retries: a caller has its own deadline, and a node that does not answer is an answer.
 */
import type { Connection, describeConfigsV4, describeQuorumV2, metadataV12 } from "@platformatic/kafka";
import { few } from "../ops/words.ts";
import { byAnyPassword } from "./earlier-passwords.ts";
import { credentials, currentIdentity, type Identity, tlsOptions } from "./identity.ts";
import type { ClusterState, LogDirState, PartitionState, QuorumState, TopicState } from "./state.ts";
import { wayTo } from "./ways.ts";

/** Loaded with the first question: it takes half a second to be ready, and most processes ask nothing. */
const library = () => import("@platformatic/kafka");

/** Resolves when a question costs no more than its answer: for those who ask much at once and wait a short time. */
export const ready = async (): Promise<void> => void (await library());

export type NodeConnection = Connection;
export interface Metadata {
  readonly cluster: ClusterState;
  readonly topics: readonly Pick<TopicState, "name" | "internal" | "partitions">[];
}
/** The name of a broker is its id; an empty one stands for what all brokers of the cluster inherit. */
export type ConfigResource = { readonly type: "topic" | "broker"; readonly name: string };
export type ConfigChange = ConfigResource & { readonly values: Readonly<Record<string, string | null>> };
export interface ConfigEntry {
  readonly name: string;
  readonly value: string | null;
  /** Set on the resource itself rather than inherited or default. */
  readonly own: boolean;
  /** Of a broker: set for all brokers of the running cluster. */
  readonly inherited: boolean;
}

const CONTROLLERS = 2;
const LIST_TIMEOUT_MS = 5_000;
/** What the library calls a resource. */
const KIND = { topic: "TOPIC", broker: "BROKER" } as const;

/**
 * Runs `ask` on a connection of the ambient identity to exactly this node and closes it, whatever happens.
 *
 * @param name that its certificate must bear; absent: the address's own.
 * @throws when the node refuses, or when connecting (TLS and login included) or one answer takes longer than `timeoutMs`.
 */
export function withNode<T>(
  address: string,
  timeoutMs: number,
  ask: (node: NodeConnection) => Promise<T>,
  name?: string,
): Promise<T> {
  return byAnyPassword(currentIdentity(), (identity) => withNodeAs(identity, address, timeoutMs, ask, name));
}

async function withNodeAs<T>(
  identity: Identity | undefined,
  address: string,
  timeoutMs: number,
  ask: (node: NodeConnection) => Promise<T>,
  name: string | undefined,
): Promise<T> {
  const told = partsOf(address);
  const { host, port } = wayTo(told.host, told.port);
  const tls = tlsOptions(identity, name ?? told.host);
  const login = credentials(identity);
  const { Connection } = await library();
  const node = new Connection("kafka-stacks", {
    connectTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    ...(tls ? { tls } : {}),
    ...(login ? { sasl: { mechanism: "SCRAM-SHA-512", ...login } } : {}),
  });
  let fault: Error | undefined;
  // A pending call is told of most faults, but a refusal that TLS 1.3 sends after its handshake reaches it as a mere
  // "closed". Without a listener the event would end the process.
  node.on("error", (error) => {
    fault ??= error;
  });
  try {
    await node.connect(host, port);
    return await ask(node);
  } catch (error) {
    throw fault ?? error;
  } finally {
    node.close(() => {}); // Its timers; not waited for, as the peer may hang.
    node.socket?.destroy();
  }
}

/** Metadata as this broker sees it; `null` asks for all topics, offline ones included. */
export async function describeMetadata(node: NodeConnection, topics: readonly string[] | null): Promise<Metadata> {
  const { metadataV12 } = await library();
  const answer = await wholeAnswer(metadataV12.api.async(node, topics === null ? null : [...topics], false, false));
  return {
    cluster: {
      clusterId: answer.clusterId ?? "",
      brokers: answer.brokers
        .map(({ nodeId, host, port, rack }) => ({ id: nodeId, address: `${host}:${port}`, rack: rack ?? null }))
        .toSorted((a, b) => a.id - b.id),
      controllerId: answer.controllerId < 0 ? null : answer.controllerId,
    },
    topics: answer.topics
      .map(({ name, isInternal, partitions }) => ({
        name: name ?? "",
        internal: isInternal,
        partitions: partitions.map(partitionState).toSorted((a, b) => a.partition - b.partition),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function partitionState(partition: metadataV12.MetadataResponsePartition): PartitionState {
  return {
    partition: partition.partitionIndex,
    leader: partition.leaderId < 0 ? null : partition.leaderId,
    replicas: partition.replicaNodes,
    isr: partition.isrNodes,
  };
}

/** One failed item (a partition without a leader, a log directory offline) makes the library throw a whole answer away. */
async function wholeAnswer<T>(answer: Promise<T>): Promise<T> {
  return answer.catch(async (error: unknown) => {
    const { ResponseError } = await library();
    if (error instanceof ResponseError) return error.response as T;
    throw error;
  });
}

/** Partitions whose replicas are being moved, as `topic-partition`. With ZooKeeper only the controller tells. */
export async function listReassignments(node: NodeConnection): Promise<ReadonlySet<string>> {
  const { listPartitionReassignmentsV0 } = await library();
  const { topics } = await listPartitionReassignmentsV0.api.async(node, LIST_TIMEOUT_MS, null);
  return new Set(
    topics.flatMap(({ name, partitions }) => partitions.map(({ partitionIndex }) => `${name}-${partitionIndex}`)),
  );
}

/** The KRaft quorum, asked of a broker (which forwards) or of the controller that leads (others refuse). */
export async function describeQuorum(node: NodeConnection): Promise<QuorumState> {
  const { describeQuorumV2 } = await library();
  const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
  const answer = await describeQuorumV2.api.async(node, topics);
  const partition = answer.topics[0]?.partitions[0];
  if (!partition) throw new Error("the answer names no quorum");
  const leader = partition.currentVoters.find((voter) => voter.replicaId === partition.leaderId);
  const replica = (voter: describeQuorumV2.DescribeQuorumResponseVoter) => ({
    id: voter.replicaId,
    ...directoryOf(voter),
    lag: leader && voter.logEndOffset >= 0n ? Number(leader.logEndOffset - voter.logEndOffset) : null,
    caughtUpAgoMs:
      leader && voter.lastCaughtUpTimestamp >= 0n
        ? Number(leader.lastCaughtUpTimestamp - voter.lastCaughtUpTimestamp)
        : null,
  });
  return {
    leaderId: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    // Of itself the leader says that it fetched and caught up just now (KIP-836).
    ...(leader && leader.lastCaughtUpTimestamp >= 0n ? { leaderClockMs: Number(leader.lastCaughtUpTimestamp) } : {}),
    voters: partition.currentVoters.map(replica),
    observers: partition.observers.map(replica),
  };
}

/** @param replicaDirectoryId a UUID; all zeros where the voters are static. */
function directoryOf({ replicaDirectoryId }: Pick<describeQuorumV2.DescribeQuorumResponseVoter, "replicaDirectoryId">) {
  const bytes = Buffer.from((replicaDirectoryId ?? "").replaceAll("-", ""), "hex");
  return bytes.some((byte) => byte !== 0) ? { directoryId: bytes.toString("base64url") } : {};
}

/** Asked of a controller: who leads, and where every controller is reached. */
export async function describeControllers(node: NodeConnection): Promise<{
  readonly leaderId: number;
  readonly addresses: ReadonlyMap<number, string>;
}> {
  const { describeClusterV1 } = await library();
  const answer = await describeClusterV1.api.async(node, false, CONTROLLERS);
  const addresses = new Map(answer.brokers.map(({ brokerId, host, port }) => [brokerId, `${host}:${port}`]));
  return { leaderId: answer.controllerId, addresses };
}

/** The given keys (all, when left out) of many resources in one request; a broker answers for itself only. */
export async function describeConfigs(
  node: NodeConnection,
  resources: readonly ConfigResource[],
  keys?: readonly string[],
): Promise<Map<string, ConfigEntry[]>> {
  const { ConfigResourceTypes, ConfigSources, describeConfigsV4 } = await library();
  const answer = await describeConfigsV4.api.async(
    node,
    resources.map((resource) => ({
      resourceType: ConfigResourceTypes[KIND[resource.type]],
      resourceName: resource.name,
      configurationKeys: keys ? [...keys] : null,
    })),
    false,
    false,
  );
  const entry = ({ name, value, configSource }: describeConfigsV4.DescribeConfigsResponseConfig) => ({
    name,
    value: value ?? null,
    own: configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG || configSource === ConfigSources.DYNAMIC_BROKER_CONFIG,
    inherited: configSource === ConfigSources.DYNAMIC_DEFAULT_BROKER_CONFIG,
  });
  return new Map(answer.results.map((result) => [result.resourceName, result.configs.map(entry)]));
}

/** Log directories of this broker, with the size of the volume each lies on. */
export async function describeLogDirs(node: NodeConnection): Promise<LogDirState[]> {
  const { describeLogDirsV4 } = await library();
  const bytes = (value: bigint) => (value < 0n ? null : Number(value));
  // An empty list of topics: the directories without the size of every partition.
  const answer = await wholeAnswer(describeLogDirsV4.api.async(node, []));
  return answer.results.map((dir) => ({
    path: dir.logDir,
    totalBytes: bytes(dir.totalBytes),
    usableBytes: bytes(dir.usableBytes),
    fault: dir.errorCode === 0 ? null : `error ${dir.errorCode}`,
  }));
}

/** Sets keys (a null value resets to the default) and leaves all others as they are. @throws with what was refused and why. */
export async function incrementalAlterConfigs(node: NodeConnection, changes: readonly ConfigChange[]): Promise<void> {
  const refused = await refusedConfigs(node, changes, false);
  const reasons = refused.map(({ name, reason }) => (name === "" ? reason : `${name}: ${reason}`));
  if (refused.length > 0) throw new Error(few(reasons, "; "));
}

/** Makes the changes that are not refused; with `validateOnly` Kafka only says what it would refuse. */
export async function refusedConfigs(
  node: NodeConnection,
  changes: readonly ConfigChange[],
  validateOnly: boolean,
): Promise<readonly { readonly name: string; readonly reason: string }[]> {
  const { ConfigResourceTypes, IncrementalAlterConfigOperationTypes, incrementalAlterConfigsV1 } = await library();
  const { SET, DELETE } = IncrementalAlterConfigOperationTypes;
  const resources = changes.map((change) => ({
    resourceType: ConfigResourceTypes[KIND[change.type]],
    resourceName: change.name,
    configs: Object.entries(change.values).map(([name, value]) =>
      // The protocol wants a null value for DELETE, which the library's type leaves out.
      value === null ? { name, configOperation: DELETE, value } : { name, configOperation: SET, value },
    ),
  }));
  const { responses } = await wholeAnswer(incrementalAlterConfigsV1.api.async(node, resources, validateOnly));
  return responses
    .filter(({ errorCode }) => errorCode !== 0)
    .map(({ resourceName, errorCode, errorMessage }) => ({
      name: resourceName,
      reason: errorMessage || `error ${errorCode}`,
    }));
}

function partsOf(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
