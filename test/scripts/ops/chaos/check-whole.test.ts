/** What a history lacks, or has twice: nothing of that may pass for sound. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHistory } from "../../../../scripts/ops/chaos/check.ts";
import type { History, SendEntry } from "../../../../scripts/ops/chaos/history.ts";

const sent = (number: number): SendEntry => ({
  ...{
    id: `a${number}`,
    producer: "a",
    key: "a",
    number,
    partition: 0,
    invokedMs: 10 * number,
    endedMs: 10 * number + 5,
  },
  ...{ outcome: "acked", offset: number, failures: [], transaction: null },
});
const sound: History = {
  durationMs: 1_000,
  partitions: 1,
  producers: [{ name: "a", idempotent: false }],
  groups: [],
  sends: [sent(0), sent(1)],
  transactions: [],
  polls: [],
  log: [
    {
      ...{ partition: 0, startOffset: 0, endOffset: 2, readTo: 2 },
      records: ["a0", "a1"].map((id, offset) => ({ offset, id, kind: "data", sequence: null })),
    },
  ],
};

test("the history below is sound", () => {
  const { anomalies, unproven } = checkHistory(sound);
  assert.deepEqual([anomalies, unproven], [[], []]);
});

test("a partition that the log lacks altogether is unproven, whoever wrote to it or not", () => {
  const gone = [{ partition: 0, readTo: 0, endOffset: 0 }];
  assert.deepEqual(checkHistory({ ...sound, log: [] }).unproven, gone);
  assert.deepEqual(checkHistory({ ...sound, log: [], sends: [] }).unproven, gone);
  assert.deepEqual(checkHistory({ ...sound, partitions: 2 }).unproven, [{ partition: 1, readTo: 0, endOffset: 0 }]);
});

test("a log that begins late lacks its beginning, and what was acknowledged there is lost", () => {
  const late = (offset: number) =>
    sound.log.map((log) => ({ ...log, startOffset: offset, records: log.records.slice(offset) }));
  const found = (history: History) => checkHistory(history).anomalies.map(({ kind, offset }) => `${kind}@${offset}`);
  assert.deepEqual(found({ ...sound, log: late(1) }), ["lost-write@0"]);
  assert.deepEqual(found({ ...sound, log: late(1), sends: sound.sends.slice(1) }), ["offset-gap@0"]);
});

test("a record in a partition that it was not sent to is an anomaly, and is not there where it should be", () => {
  const other = { ...sound.log[0]!, partition: 1, records: sound.log[0]!.records.slice(0, 1), endOffset: 1, readTo: 1 };
  const sends = sound.sends.map((send) =>
    send.id === "a0" ? { ...send, outcome: "unknown" as const, offset: null } : send,
  );
  const { anomalies } = checkHistory({ ...sound, partitions: 2, sends, log: [...sound.log, other] });
  assert.deepEqual(
    anomalies.map(({ kind, partition, detail }) => [kind, partition, detail]),
    [["unsent", 1, "it was sent to partition 0"]],
  );
  const moved = {
    ...sound,
    partitions: 2,
    log: [{ ...sound.log[0]!, records: sound.log[0]!.records.slice(1) }, other],
  };
  assert.deepEqual(
    checkHistory(moved).anomalies.map(({ kind, record }) => [kind, record]),
    [["lost-write", "a0"]],
  );
});

for (const [what, twice] of [
  ["record a0", { sends: [...sound.sends, sound.sends[0]!] }],
  ["producer a", { producers: [...sound.producers, sound.producers[0]!] }],
  ["log of partition 0", { log: [...sound.log, ...sound.log] }],
] as const)
  test(`a history with ${what} twice is refused: one would hide what became of the other`, () => {
    assert.throws(() => checkHistory({ ...sound, ...twice }), {
      message: `the history is not sound: it has ${what} twice`,
    });
  });
