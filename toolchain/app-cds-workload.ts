import { type Admin, Kafka, logLevel } from "kafkajs";
import { monotonic, orAborted } from "../base/time.ts";

const TOPIC = "training";

/**
 * Waits until the node serves, then creates a topic, writes to it and reads it back as a group's member.
 *
 * @throws when the consumer gives up; the signal's reason when it aborts.
 */
export async function useCluster(bootstrapServer: string, signal: AbortSignal): Promise<void> {
  const kafka = new Kafka({
    brokers: [bootstrapServer],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    // Also how long the coordinator of a group is looked for: its topic is made when the first member asks.
    retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 300 },
  });
  const admin = kafka.admin();
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: TOPIC, maxWaitTimeInMs: 200 });
  try {
    await untilDone(signal, () => admin.connect());
    await untilDone(signal, () => createTopic(admin));
    await untilDone(signal, () => producer.connect());
    await untilDone(signal, () => producer.send({ topic: TOPIC, messages: [{ key: "k", value: "v" }] }));
    await untilDone(signal, () => consumer.connect());
    await untilDone(signal, () => consumer.subscribe({ topic: TOPIC, fromBeginning: true }));
    await orAborted(
      new Promise<void>((resolve, reject) => {
        // Without this its giving up would go unnoticed.
        consumer.on(consumer.events.CRASH, ({ payload }) => {
          if (!payload.restart) reject(payload.error);
        });
        consumer.run({ eachMessage: async () => resolve() }).catch(reject);
      }),
      signal,
    );
  } finally {
    await Promise.allSettled([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  }
}

async function createTopic(admin: Admin): Promise<void> {
  if ((await admin.listTopics()).includes(TOPIC)) return;
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: false });
}

async function untilDone(signal: AbortSignal, attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await orAborted(attempt(), signal);
      return;
    } catch {
      await monotonic.sleep(100, signal);
    }
  }
}
