import { createClient } from "../../../scripts/kafka/client.ts";
import { describeMetadata, type NodeConnection, withNode } from "../../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../../scripts/kafka/identity.ts";
import { connectionFault, kafkaErrors } from "../../../scripts/ops/connection-faults.ts";

/** What a plain client is told: `done`, or Kafka's name of the refusal. */
export async function produce(who: Identity, address: string, topic: string): Promise<string> {
  const client = as(who, () => createClient([address], "test", { retry: { retries: 0 } }));
  const producer = client.producer();
  try {
    await producer.connect();
    await producer.send({ topic, messages: [{ value: "hello" }] });
    return "done";
  } catch (error) {
    return typeOf(error);
  } finally {
    await producer.disconnect();
  }
}

export async function createTopic(admin: Identity, address: string, topic: string): Promise<void> {
  const client = as(admin, () => createClient([address], "test")).admin();
  try {
    await client.connect();
    await client.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false });
  } finally {
    await client.disconnect();
  }
}

/** A connection that was made before something changed; `ask` tells whether it still answers. */
export function openConnection(who: Identity, address: string): Promise<{ ask(): Promise<boolean>; close(): void }> {
  return new Promise((opened, failed) => {
    const hold = (node: NodeConnection) =>
      new Promise<void>((close) => {
        const ask = () =>
          describeMetadata(node, []).then(
            () => true,
            () => false,
          );
        opened({ ask, close });
      });
    as(who, () => withNode(address, 5_000, hold)).catch(failed);
  });
}

function typeOf(error: unknown): string {
  return connectionFault(error)?.kind ?? kafkaErrors(error)[0] ?? String(error);
}
