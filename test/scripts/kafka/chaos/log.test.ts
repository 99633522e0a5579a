import assert from "node:assert/strict";
import { test } from "node:test";
import { recordsOf } from "../../../../scripts/kafka/chaos/log.ts";
import type { FetchedBatch } from "../../../../scripts/kafka/fetch.ts";

const batch = (
  first: number,
  values: readonly string[],
  producerId: string | null,
  control: FetchedBatch["control"] = null,
): FetchedBatch => ({
  lastOffset: first + values.length - 1,
  transactional: producerId !== null,
  control,
  producerId: producerId ?? "-1",
  producerEpoch: 0,
  firstSequence: producerId === null || control ? -1 : 5,
  records: values.map((value, i) => ({ offset: first + i, value })),
});

const rows: readonly (readonly [
  name: string,
  batches: readonly FetchedBatch[],
  aborted: Parameters<typeof recordsOf>[1],
  kinds: string,
])[] = [
  ["no transactions", [batch(0, ["a", "b"], null), batch(2, ["c"], null)], [], "0a 1b 2c"],
  ["committed", [batch(0, ["a"], "7"), batch(1, [""], "7", "commit")], [], "0a 1|"],
  ["aborted", [batch(0, ["a"], "7"), batch(1, [""], "7", "abort")], [{ producerId: "7", firstOffset: 0 }], "0(a) 1|"],
  [
    "what the same producer writes after its abort is not aborted",
    [batch(0, ["a"], "7"), batch(1, [""], "7", "abort"), batch(2, ["b"], "7"), batch(3, [""], "7", "commit")],
    [{ producerId: "7", firstOffset: 0 }],
    "0(a) 1| 2b 3|",
  ],
  [
    "others between are not",
    [batch(0, ["a"], "7"), batch(1, ["x"], "8"), batch(2, ["y"], null), batch(3, [""], "7", "abort")],
    [{ producerId: "7", firstOffset: 0 }],
    "0(a) 1x 2y 3|",
  ],
  [
    "a second abort of one producer, named in no order",
    [
      batch(0, ["a"], "7"),
      batch(1, [""], "7", "abort"),
      batch(2, ["b"], "7"),
      batch(3, [""], "7", "commit"),
      batch(4, ["c"], "7"),
      batch(5, [""], "7", "abort"),
    ],
    [
      { producerId: "7", firstOffset: 4 },
      { producerId: "7", firstOffset: 0 },
    ],
    "0(a) 1| 2b 3| 4(c) 5|",
  ],
  [
    "one that began before what was fetched",
    [batch(10, ["a"], "7"), batch(11, [""], "7", "abort")],
    [{ producerId: "7", firstOffset: 3 }],
    "10(a) 11|",
  ],
];

for (const [name, batches, aborted, expected] of rows)
  test(`records of a log: ${name}`, () => {
    const shown = { data: (id: string) => id, aborted: (id: string) => `(${id})`, control: () => "|" };
    const records = recordsOf(batches, aborted);
    assert.equal(records.map(({ offset, id, kind }) => `${offset}${shown[kind](id ?? "")}`).join(" "), expected);
  });

test("sequence numbers count on within a batch, and only where there are any", () => {
  const sequences = recordsOf([batch(0, ["a", "b"], "7"), batch(2, ["c"], null)], []).map(({ sequence }) => sequence);
  assert.deepEqual(sequences, ["7/0/5", "7/0/6", null]);
  // As kafkajs sends them without idempotence.
  const plain = { ...batch(0, ["a", "b"], null), firstSequence: 0 };
  assert.deepEqual(
    recordsOf([plain], []).map(({ sequence }) => sequence),
    [null, null],
  );
});
