import assert from "node:assert/strict";
import { test } from "node:test";
import { countReports, toolRequest } from "../../../../scripts/kafka/probe/inside.ts";

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

test("the tools are told how to log in by stdin alone, which says where it ends", () => {
  const secrets = { password: "a-password", certificate: "a-chain\n", key: "a-key\n" };
  const { script, stdin } = toolRequest(["kafka:9097"], "topic", "group", {
    name: "smoke",
    authority: "a-ca",
    ...secrets,
  });
  for (const secret of Object.values(secrets)) {
    assert.ok(stdin.includes(secret.trim()));
    assert.ok(!script.includes(secret.trim()));
  }
  const lines = stdin.split("\n");
  assert.deepEqual(lines.slice(-2), [".", ""]);
  assert.equal(lines.indexOf("."), lines.length - 2);
  assert.equal(
    toolRequest(["kafka:9092"], "topic", "group", undefined).stdin,
    "bootstrap.servers=kafka:9092\nsecurity.protocol=PLAINTEXT\n.\n",
  );
});
