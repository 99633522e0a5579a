import assert from "node:assert/strict";
import { test } from "node:test";
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

test("a wait that ends soon goes unmentioned", () => {
  let now = 0;
  const said: number[] = [];
  const patience = new Patience({ limitMs: MINUTE, quietMs: 2_000, log: () => said.push(now), clock: () => now });
  for (; now < 3_000; now += 500) patience.say("catches up");
  patience.renew();
  for (; now < 6_000; now += 500) patience.say("catches up again");
  assert.deepEqual(said, [2_000, 5_000]);
});
