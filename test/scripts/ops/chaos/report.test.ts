import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkHistory } from "../../../../scripts/ops/chaos/check.ts";
import type { History, SendEntry } from "../../../../scripts/ops/chaos/history.ts";
import { chaosReport, type FaultResult, longestStall } from "../../../../scripts/ops/chaos/report.ts";
import { faultless, withLog } from "./histories.ts";

const DONE: FaultResult = { fault: "kill-broker", node: 1, atMs: 1, endedMs: 2, healedMs: 3, note: null };
const reportOf = (history: History, faults: readonly FaultResult[] = [DONE]) =>
  chaosReport({ stack: "s", seed: 1, faults, history, findings: checkHistory(history) });

test("a faultless run passes, and its figures add up", () => {
  fc.assert(
    fc.property(faultless, (history) => {
      const { passed, records, errors, retried } = reportOf(history);
      assert.equal(passed, records.acked > 0);
      assert.equal(records.acked + records.failed + records.unknown, records.sent);
      assert.equal(records.lost, 0);
      const sum = (of: Readonly<Record<string, number>>) => Object.values(of).reduce((all, one) => all + one, 0);
      const failures = history.sends.reduce((all, { failures }) => all + failures.length, 0);
      assert.equal(sum(errors) + sum(retried), failures);
      assert.equal(sum(errors), records.failed + records.unknown);
    }),
  );
});

test("a lost record, a part of the log that was not read, and a fault that did not heal each fail it", () => {
  fc.assert(
    fc.property(faultless, (history) => {
      const acked = history.sends.find(({ outcome, transaction }) => outcome === "acked" && transaction === null);
      fc.pre(acked !== undefined);
      const without = withLog(history, acked.partition, (records) => records.filter(({ id }) => id !== acked.id));
      const lost = reportOf(without);
      assert.deepEqual([lost.passed, lost.records.lost, lost.anomalyCounts["lost-write"]], [false, 1, 1]);
      const log = history.log.map((one) => ({ ...one, readTo: 0, endOffset: one.endOffset + 1, records: [] }));
      const unread = reportOf({ ...history, log });
      assert.deepEqual([unread.passed, unread.records.lost, unread.unproven.length], [false, 0, history.log.length]);
      for (const broken of [{ healedMs: null }, { note: "why" }])
        assert.equal(reportOf(history, [{ ...DONE, ...broken }]).passed, false);
    }),
  );
});

const acks: readonly (readonly [
  name: string,
  lanes: readonly (readonly number[])[],
  anyMs: number,
  oneKeyMs: number,
])[] = [
  ["the beginning counts", [[60, 80, 100]], 60, 60],
  ["the end counts", [[10, 20]], 80, 80],
  [
    "what another key gets hides no stall of one",
    [
      [10, 20, 90],
      [30, 50, 70, 100],
    ],
    20,
    70,
  ],
  ["a key that got nothing stalled throughout", [[10, 20, 30, 40, 50, 60, 70, 80, 90], []], 10, 100],
  ["nobody got anything", [[]], 100, 100],
];

for (const [name, lanes, anyMs, oneKeyMs] of acks)
  test(`longest stall: ${name}`, () => {
    const sends = lanes.flatMap((times, lane) =>
      (times.length === 0 ? [null] : times).map(
        (time) =>
          ({
            producer: "p",
            partition: 0,
            key: String(lane),
            outcome: time === null ? "unknown" : "acked",
            endedMs: time,
          }) as SendEntry,
      ),
    );
    assert.deepEqual(longestStall(sends, 100), { anyMs, onePartitionMs: anyMs, oneKeyMs });
  });
