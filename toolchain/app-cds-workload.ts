import { setTimeout as sleep } from "node:timers/promises";
import { type Admin, Kafka, logLevel } from "kafkajs";

const TOPIC = "training";

/** Waits until the node serves, then creates a topic, writes to it and reads it back as a group's member. */
export async function useCluster(bootstrapServer: string, signal: AbortSignal): Promise<void> {
  const kafka = new Kafka({
    brokers: [bootstrapServer],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    retry: { retries: 1, initialRetryTime: 100 },
  });
  const admin = kafka.admin();
  const producer = kafka.producer();
  const consumer = kafka.consumer({
    groupId: TOPIC,
    maxWaitTimeInMs: 200,
    // The first member of the first group waits until the broker has made the topic of offsets.
    retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 300 },
  });
  try {
    await untilDone(signal, () => admin.connect());
    await untilDone(signal, () => createTopic(admin));
    await producer.connect();
    await untilDone(signal, () => producer.send({ topic: TOPIC, messages: [{ key: "k", value: "v" }] }));
    await untilDone(signal, () => consumer.connect());
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("nothing was read in time")));
      consumer.run({ eachMessage: async () => resolve() }).catch(reject);
    });
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
      await attempt();
      return;
    } catch (error) {
      if (signal.aborted) throw error;
      await sleep(100);
    }
  }
}
