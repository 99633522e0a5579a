import { Kafka, type KafkaConfig, logLevel } from "kafkajs";
import { isLedTo, socketFactory } from "./ways.ts";

/**
 * A kafkajs client with this project's habits: silent (callers report errors themselves) and quick to give up,
 * because every command retries with a deadline of its own.
 */
export function createClient(
  brokers: readonly string[],
  clientId: string,
  overrides: Partial<KafkaConfig> = {},
): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 },
    ...(brokers.some(isLedTo) ? { socketFactory } : {}),
    ...overrides,
  });
}
