import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadline, monotonic, orAborted, poll } from "../../base/time.ts";
import { FakeClock } from "../helpers/fake-clock.ts";

test("a deadline ends when its time has passed, and not before", () => {
  const clock = new FakeClock();
  const deadline = new Deadline(1_000, clock);
  clock.advance(999);
  assert.deepEqual([deadline.isOver, deadline.leftMs], [false, 1]);
  clock.advance(500);
  assert.deepEqual([deadline.isOver, deadline.leftMs], [true, 0]);
});

test("a deadline does not move with the time of day", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 0 });
  const deadline = new Deadline(60_000);
  t.mock.timers.setTime(86_400_000);
  assert.ok(!deadline.isOver);
});

test("poll looks until it sees something, slower and slower", async () => {
  const clock = new FakeClock();
  const at: number[] = [];
  const look = () => {
    at.push(clock.now());
    return at.length === 6 ? "seen" : undefined;
  };
  assert.equal(await poll(look, { withinMs: 60_000, everyMs: 100, slowestMs: 500, clock }), "seen");
  assert.deepEqual(at, [0, 100, 300, 700, 1_200, 1_700]);
});

test("poll looks once more at its deadline, then gives up", async () => {
  const clock = new FakeClock();
  const at: number[] = [];
  assert.equal(await poll(() => void at.push(clock.now()), { withinMs: 1_000, everyMs: 400, clock }), undefined);
  assert.deepEqual(at, [0, 400, 800, 1_000]);
});

test("poll ends with the signal's reason, in a pause of an hour too", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const looking = poll(() => undefined, { withinMs: 7_200_000, everyMs: 3_600_000, signal: stop.signal });
  setImmediate(() => stop.abort(reason));
  await assert.rejects(looking, reason);
  await assert.rejects(
    poll(() => assert.fail("it was aborted before"), { withinMs: 1, everyMs: 1, signal: stop.signal }),
    reason,
  );
});

test("sleep ends with the signal's reason", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  setImmediate(() => stop.abort(reason));
  await assert.rejects(monotonic.sleep(3_600_000, stop.signal), reason);
});

test("work that nothing can stop is left behind when the signal aborts", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const silent = new Promise<never>(() => {});
  setImmediate(() => stop.abort(reason));
  await assert.rejects(orAborted(silent, stop.signal), reason);
  assert.equal(await orAborted(Promise.resolve(1), new AbortController().signal), 1);
  await assert.rejects(orAborted(Promise.reject(new Error("late")), stop.signal), reason);
});
