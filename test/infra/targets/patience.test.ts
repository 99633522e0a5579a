import assert from "node:assert/strict";
import { test } from "node:test";
import { recoveryOf } from "../../../infra/targets/kubernetes/rollout/recovery.ts";
import { Patience } from "../../../infra/targets/patience.ts";

const MINUTE = 60_000;

/** Notes what there is to see minute by minute; the minute in which patience ends. */
function endsAt(signsAt: (minute: number) => string[]): number {
  let now = 0;
  const patience = new Patience({ limitMs: 10 * MINUTE, log: () => {}, clock: () => now });
  for (let minute = 0; minute < 1_000; minute++, now += MINUTE) {
    patience.note(signsAt(minute));
    if (patience.isOver) return minute;
  }
  return Infinity;
}

test("patience ends when nothing has been new for its limit", () => {
  assert.equal(
    endsAt(() => ["is being started"]),
    11,
  );
  assert.equal(
    endsAt((minute) => [minute < 30 ? `loads its logs of topic ${"x".repeat(minute)}` : "hangs"]),
    41,
  );
});

test("what only alternates is not new, and numbers alone are so for a while", () => {
  assert.equal(
    endsAt((minute) => [minute % 2 ? "nothing listens" : "is not registered"]),
    12,
  );
  assert.equal(
    endsAt((minute) => [`is ${2_000 + minute} ms behind`]),
    61,
  );
});

test("a reason is told when it is new, and then every five seconds", () => {
  let now = 0;
  const said: string[] = [];
  const patience = new Patience({
    limitMs: MINUTE,
    log: (message) => said.push(`${now / 1_000}: ${message}`),
    clock: () => now,
  });
  for (; now < 12_000; now += 400) patience.say(now < 400 ? "restarting b1" : "b1 is ending");
  assert.deepEqual(said, [
    "0: restarting b1",
    "0.4: b1 is ending",
    "5.6: b1 is ending (5 s)",
    "10.8: b1 is ending (10 s)",
  ]);
});

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
