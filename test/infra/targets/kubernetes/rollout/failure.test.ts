import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "../../../../../infra/targets/kubernetes/rollout/failure.ts";

const info = (count: number) => Array.from({ length: count }, (_, nth) => `[now] INFO step ${nth} (kafka)`);

test("of a log its errors are told, the first of them first, and each once", () => {
  const log = [
    ...info(30),
    "[now] ERROR Fatal error during broker startup (kafka.server.BrokerServer)",
    "org.apache.kafka.common.KafkaException: Class org.example.Missing cannot be found",
    "\tat org.apache.kafka.common.utils.Utils.newInstance(Utils.java:403)",
    "Caused by: java.lang.ClassNotFoundException: org.example.Missing",
    ...info(30),
    "[now] ERROR Fatal error during broker startup (kafka.server.BrokerServer)",
  ];
  assert.deepEqual(faultsOf(log.join("\n")).split("\n"), [log[30], log[31], log[33]]);
});

test("of a log without errors its end is told", () => {
  assert.deepEqual(faultsOf(info(40).join("\n")).split("\n"), info(40).slice(-12));
});
