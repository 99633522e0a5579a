import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isStale, layOutTopics, runName, TOPIC_ROLES } from "../../../../scripts/ops/smoke/layout.ts";

const brokers = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 12 });

test("every broker leads a partition, and replicas of a partition lie on different brokers", () => {
  fc.assert(
    fc.property(brokers, (ids) => {
      const topics = layOutTopics("run", ids);
      for (const { assignments, minInsyncReplicas } of Object.values(topics)) {
        for (const replicas of assignments) {
          assert.equal(replicas.length, Math.min(3, ids.length));
          assert.equal(new Set(replicas).size, replicas.length);
          assert.ok(replicas.every((id) => ids.includes(id)));
          assert.ok(minInsyncReplicas < replicas.length || replicas.length === 1, "one broker may be down");
        }
      }
      for (const role of ["records", "group", "resume", "latency"] as const) {
        const leaders = topics[role].assignments.map(([leader]) => leader!);
        assert.deepEqual(new Set(leaders), new Set(ids));
        assert.ok(leaders.length >= 4, "a group of two has something to split");
      }
    }),
  );
});

test("two out of three replicas must be in sync; smaller clusters ask for one", () => {
  const minIsr = (ids: number[]) => layOutTopics("run", ids).records.minInsyncReplicas;
  assert.deepEqual([minIsr([1]), minIsr([1, 2]), minIsr([1, 2, 3]), minIsr([1, 2, 3, 4])], [1, 1, 2, 2]);
});

test("topic names begin with the run's, and Kafka takes them", () => {
  const run = runName(new Date("2026-02-03T04:05:06.789Z"), "0a1b2c3d");
  assert.equal(run, "kafka-stacks-smoke-20260203T040506Z-0a1b2c3d");
  const names = Object.values(layOutTopics(run, [1, 2, 3])).map(({ name }) => name);
  assert.equal(new Set(names).size, TOPIC_ROLES.length);
  for (const name of names) assert.match(name, /^kafka-stacks-smoke-20260203T040506Z-0a1b2c3d-[a-z0-9-]+$/);
});

const began = new Date("2026-02-03T04:05:06Z");
const topic = `${runName(began, "0a1b2c3d")}-records`;
const rows: readonly [name: string, now: string, stale: boolean][] = [
  [topic, "2026-02-03T04:05:07Z", false],
  [topic, "2026-02-03T05:05:06Z", false],
  [topic, "2026-02-03T05:05:07Z", true],
  [topic, "2026-02-03T04:00:00Z", false],
  ["kafka-stacks-smoke-", "2030-01-01T00:00:00Z", false],
  ["kafka-stacks-smoke-yesterday", "2030-01-01T00:00:00Z", false],
  ["my-kafka-stacks-smoke-20260203T040506Z-x", "2030-01-01T00:00:00Z", false],
  ["orders", "2030-01-01T00:00:00Z", false],
];
for (const [name, now, stale] of rows)
  test(`${name} is ${stale ? "" : "not "}stale at ${now}`, () => {
    assert.equal(isStale(name, new Date(now)), stale);
  });
