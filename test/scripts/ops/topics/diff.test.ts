import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { TopicState } from "../../../../scripts/kafka/state.ts";
import { topicsReport } from "../../../../scripts/ops/topics/change.ts";
import { diffTopics } from "../../../../scripts/ops/topics/diff.ts";
import { changeRow } from "../../../../scripts/ops/topics/words.ts";
import { carryOut, liveTopic, topicPlan } from "./live-topics.ts";

const brokers = [1, 2, 3].map((id) => ({ id, rack: null }));

describe("diffTopics", () => {
  const rows = [
    { what: "nothing to do", want: [topicPlan("t", 3, 3)], live: [liveTopic("t", 3, 3)], changes: [] },
    {
      what: "creates",
      want: [topicPlan("t", 3, 2)],
      live: [],
      changes: ["create|t|-|3 partitions × RF 2|declared but not there"],
    },
    {
      what: "adds partitions",
      want: [topicPlan("t", 6, 3)],
      live: [liveTopic("t", 3, 3)],
      changes: [
        "add-partitions|t|3 partitions|6 partitions|more partitions are declared; records with keys will go to other partitions than before",
      ],
    },
    {
      what: "refuses to remove partitions, and then does nothing else to the topic",
      want: [topicPlan("t", 2, 2, { "retention.ms": "1" })],
      live: [liveTopic("t", 3, 3)],
      changes: [
        "refuse|t|3 partitions|2 partitions|Kafka cannot remove partitions; declare 3, or copy the records to a new topic",
      ],
    },
    {
      what: "refuses more replicas than brokers",
      want: [topicPlan("t", 1, 4)],
      live: [],
      changes: ["refuse|t|-|RF 4|there are only 3 brokers"],
    },
    {
      what: "refuses Kafka's own topics",
      want: [topicPlan("__consumer_offsets", 50, 1)],
      live: [],
      changes: ["refuse|__consumer_offsets|-|50 partitions × RF 1|names that start with __ are Kafka's own"],
    },
    {
      what: "sets listed keys only",
      want: [topicPlan("t", 1, 1, { "retention.ms": "1", "segment.ms": "2" })],
      live: [liveTopic("t", 1, 1, { config: { "retention.ms": "9", "segment.ms": "2", "max.message.bytes": "7" } })],
      changes: ["set-config|t|retention.ms=9|retention.ms=1|retention.ms differs"],
    },
    {
      what: "sets a key that the topic only inherits",
      want: [topicPlan("t", 1, 1, { "retention.ms": "1", "segment.ms": "2" })],
      live: [liveTopic("t", 1, 1)],
      changes: [
        "set-config|t|retention.ms=(not set) segment.ms=(not set)|retention.ms=1 segment.ms=2|retention.ms, segment.ms differ",
      ],
    },
    {
      what: "changes the replication factor",
      want: [topicPlan("t", 3, 3)],
      live: [liveTopic("t", 3, 2)],
      changes: ["change-replication|t|RF 2|RF 3, 3 partitions move|replication factor differs"],
    },
    {
      what: "reports topics that it does not know, but not internal or smoke ones",
      want: [],
      live: [
        liveTopic("b", 1, 1),
        liveTopic("a", 2, 1),
        liveTopic("__consumer_offsets", 50, 3, { internal: true }),
        liveTopic("kafka-stacks-smoke-1", 1, 1),
      ],
      changes: [
        "unmanaged|a|2 partitions|-|not declared; kept without --prune",
        "unmanaged|b|1 partitions|-|not declared; kept without --prune",
      ],
    },
    {
      what: "deletes them with prune",
      want: [],
      live: [liveTopic("a", 2, 1), liveTopic("__x", 1, 1)],
      prune: true,
      changes: ["delete|a|2 partitions, unknown records|-|the stack does not declare it"],
    },
  ];
  for (const { what, want, live, prune, changes } of rows)
    it(what, () => {
      const found = diffTopics(want, live, brokers, { kafkaVersion: "4.3.1", prune: prune ?? false });
      assert.deepEqual(
        found.map((change) => changeRow(change).join("|")),
        changes,
      );
    });

  it("moves replicas off a broker that the stack does not have", () => {
    const [change] = diffTopics([topicPlan("t", 3, 2)], [liveTopic("t", 3, 2)], brokers.slice(0, 2), {
      kafkaVersion: "4.3.1",
    });
    assert.equal(change?.action, "change-replication");
    assert.equal(change?.reason, "replicas lie on brokers that the stack does not have: 3");
  });

  it("takes unmanaged topics for no drift", () => {
    const report = (prune: boolean) =>
      topicsReport("s", diffTopics([], [liveTopic("a", 1, 1)], brokers, { kafkaVersion: "4.3.1", prune }));
    assert.deepEqual([report(false).inSync, report(true).inSync], [true, false]);
  });
});

const names = fc.constantFrom("a", "b", "c", "d", "__own", "kafka-stacks-smoke-1");
const config = fc.dictionary(fc.constantFrom("retention.ms", "segment.ms"), fc.constantFrom("1", "2"));
const size = { partitions: fc.integer({ min: 1, max: 5 }), rf: fc.integer({ min: 1, max: 3 }), config };
const wanted = fc
  .uniqueArray(fc.record({ name: names, ...size }), { selector: ({ name }) => name })
  .map((all) => all.map((t) => topicPlan(t.name, t.partitions, t.rf, t.config)));
const existing = fc
  .uniqueArray(fc.record({ name: names, ...size }), { selector: ({ name }) => name })
  .map((all) => all.map((t) => liveTopic(t.name, t.partitions, t.rf, { config: t.config })));

describe("diffTopics, for any topics", () => {
  it("has nothing left to do once carried out", () => {
    fc.assert(
      fc.property(wanted, existing, fc.boolean(), (want, live, prune) => {
        const left = diffTopics(
          want,
          carryOut(live, diffTopics(want, live, brokers, { kafkaVersion: "4.3.1", prune })),
          brokers,
          { kafkaVersion: "4.3.1", prune },
        );
        assert.deepEqual(
          left.filter(({ action }) => action !== "unmanaged" && action !== "refuse"),
          [],
        );
      }),
    );
  });

  it("never deletes without prune, nor what is Kafka's own, nor shrinks", () => {
    fc.assert(
      fc.property(wanted, existing, fc.boolean(), (want, live, prune) => {
        const changes = diffTopics(want, live, brokers, { kafkaVersion: "4.3.1", prune });
        for (const { action, topic } of changes) {
          if (action === "delete") assert.ok(prune && !topic.startsWith("__"), topic);
          if (topic.startsWith("__")) assert.equal(action, "refuse");
        }
        const count = (topics: readonly TopicState[], name: string) =>
          topics.find((topic) => topic.name === name)?.partitions.length ?? 0;
        const after = carryOut(
          live,
          changes.filter(({ action }) => action !== "delete"),
        );
        for (const { name } of live) assert.ok(count(after, name) >= count(live, name), name);
      }),
    );
  });
});
