import kafkajs, { type Message } from "kafkajs";
import { auditLedger, judgeLedger, type SentRecord } from "../../ops/smoke/ledger.ts";
import type { Verdict } from "../../ops/smoke/report.ts";
import type { CheckScope } from "./scope.ts";
import { endOffsets } from "./topics.ts";

const ACKS_ALL = -1;
const ROUNDS = 10;
const RECORDS_PER_ROUND = 10;

/** Keyed records with acks=all to every partition are read back exactly once, in order, at contiguous offsets. */
export async function checkRecords(scope: CheckScope): Promise<Verdict> {
  const { producer, topics, ledger } = scope.probe;
  const { name: topic, assignments } = topics.records;
  const keys = keyOfEachPartition(topic, assignments.length);
  await scope.consume({
    group: "records",
    from: [topic],
    onJoin: () => {
      ledger.received.length = 0;
    },
    onRecord: ({ partition, message }) => {
      ledger.received.push({ id: String(message.value), partition, offset: Number(message.offset) });
    },
  });
  for (let round = 0; round < ROUNDS; round++) {
    scope.doing = `sending keyed records to ${keys.length} partitions, round ${round + 1} of ${ROUNDS}`;
    const { sent, messages } = nextRound(keys, round);
    ledger.sent.push(...sent);
    await producer.send({ topic, acks: ACKS_ALL, messages });
    for (const record of sent) record.acked = true;
  }
  scope.doing = `asking for the end offsets of ${topic}`;
  // Reading up to there, and no less, also finds what was stored twice.
  const stored = [...(await endOffsets(scope.probe.admin, topic)).values()].reduce((total, end) => total + end, 0);
  await scope.until("reading the records back", () => ledger.received.length >= stored);
  return judgeLedger(auditLedger(ledger), keys.length);
}

/** The partition is left to the client's partitioner, as an application would; the ledger knows what it must choose. */
function nextRound(keys: readonly string[], round: number): { sent: SentRecord[]; messages: Message[] } {
  const numbers = Array.from({ length: RECORDS_PER_ROUND }, (_, i) => round * RECORDS_PER_ROUND + i);
  const sent = numbers.flatMap((number) =>
    keys.map((key, partition) => ({ key, record: { id: `${partition}:${number}`, partition, acked: false } })),
  );
  return {
    sent: sent.map(({ record }) => record),
    messages: sent.map(({ key, record }) => ({ key, value: record.id })),
  };
}

/** One key for each partition, found by the murmur2 hash that Java clients use too. */
function keyOfEachPartition(topic: string, partitions: number): string[] {
  const choose = kafkajs.Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  const keys = new Map<number, string>();
  for (let n = 0; keys.size < partitions; n++) {
    const key = `key-${n}`;
    const partition = choose({ topic, partitionMetadata, message: { key, value: null } });
    if (!keys.has(partition)) keys.set(partition, key);
  }
  return partitionMetadata.map(({ partitionId }) => keys.get(partitionId)!);
}
