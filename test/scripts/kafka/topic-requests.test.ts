import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addedBy, batches, firstPart, recordsOf, rounds } from "../../../scripts/kafka/topic-requests.ts";
import { refusedChange } from "../../../scripts/ops/topics/refused.ts";
import { changeRow } from "../../../scripts/ops/topics/words.ts";

/** QuorumController.MAX_RECORDS_PER_USER_OP. */
const LIMIT = 10_000;
const created = (partitions: number) => ({
  topic: "t",
  to: { partitions, replicationFactor: 1, config: { "min.insync.replicas": "1", "retention.ms": "1" } },
});

test("no request asks for more than Kafka takes at once, and all that is wanted is asked for", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(sizes, (sizes) => {
      const topics = sizes.map((partitions, i) => ({ ...created(partitions), topic: `t${i}` }));
      for (const batch of batches(topics, recordsOf))
        assert.ok(batch.reduce((sum, one) => sum + recordsOf(one), 0) <= LIMIT);
      const large = topics.map(({ topic, to }) => ({ topic, from: firstPart({ topic, to }), to }));
      const have = new Map(topics.map(({ topic, to }) => [topic, firstPart({ topic, to }).partitions]));
      for (const round of rounds(large))
        for (const batch of batches(round, addedBy)) {
          assert.ok(batch.reduce((sum, one) => sum + addedBy(one), 0) <= LIMIT);
          for (const { topic, from, to } of batch) {
            assert.equal(from.partitions, have.get(topic));
            have.set(topic, to.partitions);
          }
        }
      assert.deepEqual([...have.values()], sizes);
    }),
    { numRuns: 50 },
  );
});

test("what Kafka would refuse becomes a refusal with its reason", () => {
  const reason = "Topic 'old_name' collides with existing topic: old.name.";
  const create = { action: "create", ...created(3), from: undefined, reason: "declared but not there" } as const;
  assert.equal(
    changeRow(refusedChange(create, reason)).join("|"),
    "refuse|t|-|3 partitions × RF 1|Kafka refuses it: Topic 'old_name' collides with existing topic: old.name",
  );
  const from = { "retention.ms": null };
  const set = { action: "set-config", topic: "t", from, to: { "retention.ms": "1" }, reason: "differs" } as const;
  assert.equal(
    changeRow(refusedChange(set, "no")).join("|"),
    "refuse|t|retention.ms=(not set)|retention.ms=1|Kafka refuses it: no",
  );
});
