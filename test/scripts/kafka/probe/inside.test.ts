import assert from "node:assert/strict";
import { test } from "node:test";
import { countReports } from "../../../../scripts/kafka/probe/inside.ts";

test("what Kafka's tools report is counted; log lines and failed sends are not", () => {
  const output = [
    '{"timestamp":1,"name":"startup_complete"}',
    "[2026-01-01] WARN something (org.apache.kafka.clients.NetworkClient)",
    '{"timestamp":2,"name":"producer_send_success","key":null,"value":"0","partition":0,"offset":0,"topic":"t"}',
    '{"timestamp":3,"name":"producer_send_success","key":null,"value":"1","partition":1,"offset":0,"topic":"t"}',
    '{"timestamp":4,"name":"producer_send_error","value":"2","message":"no"}',
    '{"timestamp":5,"name":"records_consumed","count":2,"partitions":[]}',
    '{"timestamp":6,"name":"records_consumed","count":1,"partitions":[]}',
    "",
  ].join("\n");
  assert.deepEqual(countReports(output), { acked: 2, received: 3 });
  assert.deepEqual(countReports(""), { acked: 0, received: 0 });
});
