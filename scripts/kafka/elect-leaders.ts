import { createAPI, type Reader, ResponseError, Writer } from "@platformatic/kafka";
import type { PartitionId } from "../ops/gate/returned.ts";
import { withAnyBroker, withController } from "./cluster.ts";
import { describeMetadata, type NodeConnection } from "./gaps.ts";

/** The library has no ElectLeaders, but what requests are made of: https://kafka.apache.org/protocol#The_Messages_ElectLeaders */
const electLeadersV2 = createAPI<[topics: readonly ElectTopic[], timeoutMs: number], ElectResult[]>(
  43,
  2,
  createRequest,
  parseResponse,
);

interface ElectTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

interface ElectResult extends PartitionId {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

const PREFERRED = 0;
const ELECTION_NOT_NEEDED = 84;

function createRequest(topics: readonly ElectTopic[], timeoutMs: number): Writer {
  return Writer.create()
    .appendInt8(PREFERRED)
    .appendArray([...topics], (topic, one) => {
      topic.appendString(one.topic).appendArray([...one.partitions], (w, id) => w.appendInt32(id), true, false);
    })
    .appendInt32(timeoutMs)
    .appendTaggedFields();
}

function parseResponse(_correlation: number, apiKey: number, apiVersion: number, reader: Reader): ElectResult[] {
  reader.readInt32(); // throttle_time_ms
  const errorCode = reader.readInt16();
  const topics = reader.readArray((topic) => {
    const name = topic.readString();
    const partitions = topic.readArray((one) => ({
      partition: one.readInt32(),
      errorCode: one.readInt16(),
      errorMessage: one.readNullableString(),
    }));
    return partitions.map((result) => ({ topic: name, ...result }));
  });
  reader.readTaggedFields();
  if (errorCode !== 0) throw new ResponseError(apiKey, apiVersion, { "/": [errorCode, null] }, topics);
  return topics.flat();
}

/**
 * Gives partitions back to their preferred leaders, one request for all. A partition that its preferred replica leads
 * already is as it should be.
 *
 * @throws when the cluster does not answer, or did not do it for all; Kafka itself tries again every five minutes.
 */
export async function electPreferredLeaders(
  bootstrapServers: readonly string[],
  kraft: boolean,
  partitions: readonly PartitionId[],
  timeoutMs = 10_000,
): Promise<void> {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
  const topics = [...byTopic].map(([topic, ids]) => ({ topic, partitions: ids.map(({ partition }) => partition) }));
  const elect = (node: NodeConnection) => electLeadersV2.async(node, topics, timeoutMs);
  const results = await withAnyBroker(bootstrapServers, timeoutMs, async (node) => {
    const { cluster } = await describeMetadata(node, []);
    return withController(node, cluster, { kraft, timeoutMs }, elect);
  });
  const refused = results.filter(({ errorCode }) => errorCode !== 0 && errorCode !== ELECTION_NOT_NEEDED);
  const [first] = refused;
  if (!first) return;
  const reason = first.errorMessage ?? `error ${first.errorCode}`;
  throw new Error(`${refused.length} of ${partitions.length}, such as ${first.topic}-${first.partition}: ${reason}`);
}
