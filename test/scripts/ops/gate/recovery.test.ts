import assert from "node:assert/strict";
import { test } from "node:test";
import { recoveryOf } from "../../../../scripts/ops/gate/recovery.ts";

/** Lines of Kafka 3.9.2 and 4.3.1. */
const recoveries: readonly (readonly [string, string | undefined])[] = [
  [
    "[2026-11-21 16:02:07,092] INFO Completed load of Log(dir=/d/orders-0, topic=orders) with 3 segments, local-log-start-offset 0 and log-end-offset 90 in 12ms (12/100 completed in /var/lib/kafka/data/log) (kafka.log.LogManager)",
    "loads its logs: 12 of 100 in /var/lib/kafka/data/log",
  ],
  [
    "[2026-11-21 16:02:07,092] INFO [LogLoader partition=orders-0, dir=/d] Recovering unflushed segment 5120. 3/8 recovered for orders-0. (kafka.log.LogLoader)",
    "recovers orders-0 from offset 5120",
  ],
  [
    "[2026-11-21 16:02:07,092] INFO [KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.KafkaRaftServer)",
    undefined,
  ],
];

for (const [line, expected] of recoveries)
  test(`recovery: ${expected ?? "no word of it"}`, () => assert.equal(recoveryOf(`before\n${line}\n`), expected));
