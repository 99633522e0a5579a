import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import kafkajs from "kafkajs";
import { failureOf } from "../../../../scripts/kafka/chaos/failure.ts";

const { createErrorFromCode } = createRequire(import.meta.url)("kafkajs/src/protocol/error") as {
  readonly createErrorFromCode: (code: number) => Error;
};
const { KafkaJSNumberOfRetriesExceeded, KafkaJSNonRetriableError, KafkaJSConnectionError } = kafkajs;
const exceeded = (cause: Error) =>
  Object.assign(new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 0, retryTime: 0 }), { cause });

/** Codes of Kafka's protocol, as a broker answers a produce request with them. */
const rows: readonly (readonly [error: unknown, kind: string, mayBeStored: boolean, retriable: boolean])[] = [
  [exceeded(createErrorFromCode(6)), "NOT_LEADER_FOR_PARTITION", true, true],
  [exceeded(createErrorFromCode(19)), "NOT_ENOUGH_REPLICAS", false, true],
  [exceeded(createErrorFromCode(20)), "NOT_ENOUGH_REPLICAS_AFTER_APPEND", true, true],
  [exceeded(createErrorFromCode(7)), "REQUEST_TIMED_OUT", true, true],
  [createErrorFromCode(45), "OUT_OF_ORDER_SEQUENCE_NUMBER", true, false],
  [exceeded(new KafkaJSConnectionError("Connection error: reset")), "KafkaJSConnectionError", true, true],
  [new KafkaJSNonRetriableError("The producer is disconnecting"), "KafkaJSNonRetriableError", true, false],
  ["a text", "a text", true, true],
];

for (const [error, kind, mayBeStored, retriable] of rows)
  test(`a failed try: ${kind}`, () => assert.deepEqual(failureOf(error), { kind, mayBeStored, retriable }));
