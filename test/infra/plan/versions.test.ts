import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { cannotGoTo, type Levels, raises, unsupported, versionOf, versionsFrom } from "../../../infra/plan/versions.ts";
import { kafkaFeatures } from "../../../infra/spec/kafka-features.ts";
import { KAFKA_VERSIONS, kafkaVersionNames, type Mode } from "../../../infra/spec/versions.ts";

const OLD: Levels = { "metadata.version": 21 };
const NEW: Levels = {
  "eligible.leader.replicas.version": 1,
  "group.version": 1,
  "metadata.version": 30,
  "share.version": 1,
  "streams.version": 1,
  "transaction.version": 2,
};

type Row = readonly [
  what: string,
  from: string,
  to: keyof typeof KAFKA_VERSIONS,
  mode: Mode,
  finalized: Levels,
  refused?: RegExp,
];

const rows: readonly Row[] = [
  ["a newer one", "3.9.2", "4.3.1", "kraft", OLD],
  ["the same once more", "4.3.1", "4.3.1", "kraft", OLD],
  ["back before features are raised", "4.3.1", "3.9.2", "kraft", OLD],
  [
    "back after that",
    "4.3.1",
    "3.9.2",
    "kraft",
    NEW,
    /^4\.3\.1 cannot go back to 3\.9\.2: metadata\.version is finalized at 30 \(4\.3-IV0\), and Kafka 3\.9\.2 supports 1 to 21 \(3\.9-IV0\); Kafka 3\.9\.2 knows nothing of eligible\.leader\.replicas\.version, group\.version, share\.version, streams\.version, transaction\.version$/,
  ],
  [
    "back with one feature raised by hand",
    "4.3.1",
    "3.9.2",
    "kraft",
    { ...OLD, "group.version": 1 },
    /knows nothing of group\.version$/,
  ],
  ["back when nobody tells", "4.3.1", "3.9.2", "kraft", {}, /only the levels of its features tell/],
  [
    "a newer one from levels of before Kafka 3.3",
    "3.9.2",
    "4.3.1",
    "kraft",
    { "metadata.version": 6 },
    /^metadata\.version is finalized at 6, and Kafka 4\.3\.1 supports 7 to 30/,
  ],
  ["out of ZooKeeper mode", "3.9.2", "4.3.1", "zookeeper", {}, /^Kafka 4\.3\.1 has no ZooKeeper mode: migrate first/],
];

describe("another version of Kafka", () => {
  for (const [what, from, to, mode, finalized, refused] of rows)
    test(`${what}: ${refused ? "refused" : "fine"}`, () => {
      const why = cannotGoTo(from, to, mode, finalized);
      if (refused) assert.match(why ?? "it may go", refused);
      else assert.equal(why, undefined);
    });

  test("what may come next", () => {
    assert.deepEqual(versionsFrom("3.9.2", "kraft", OLD), ["4.3.1"]);
    assert.deepEqual(versionsFrom("4.3.1", "kraft", OLD), ["3.9.2"]);
    assert.deepEqual(versionsFrom("4.3.1", "kraft", NEW), []);
    assert.deepEqual(versionsFrom("3.9.2", "zookeeper", {}), []);
  });
});

describe("features", () => {
  test("a new version raises what its release has, and leaves the kind of quorum alone", () => {
    assert.deepEqual(
      raises("4.3.1", OLD).map(({ feature, from, to }) => `${feature} ${from} → ${to}`),
      [
        "eligible.leader.replicas.version 0 → 1",
        "group.version 0 → 1",
        "metadata.version 21 → 30",
        "share.version 0 → 1",
        "streams.version 0 → 1",
        "transaction.version 0 → 2",
      ],
    );
    assert.deepEqual(raises("4.3.1", NEW), []);
    assert.deepEqual(raises("3.9.2", OLD), []);
  });

  test("the newest metadata version of each is the one of its release, and no two versions share it", () => {
    const newest = kafkaVersionNames.map((name) => kafkaFeatures(name)["metadata.version"]!);
    assert.deepEqual(
      newest.map(({ max, release }) => max === release),
      kafkaVersionNames.map(() => true),
    );
    assert.equal(new Set(newest.map(({ max }) => max)).size, kafkaVersionNames.length);
    for (const name of kafkaVersionNames) {
      assert.equal(versionOf(kafkaFeatures(name)), name);
      assert.ok(KAFKA_VERSIONS[name].metadataVersion.startsWith(`${KAFKA_VERSIONS[name].releaseVersion}-`));
    }
    assert.equal(versionOf({}), undefined);
  });

  test("whatever the levels: raising them to a release never shuts that release out, and does nothing twice", () => {
    const version = fc.constantFrom(...kafkaVersionNames);
    const levels = version.chain((name) =>
      fc.record(
        Object.fromEntries(
          Object.entries(kafkaFeatures(name)).map(([feature, { min, max }]) => [feature, fc.integer({ min, max })]),
        ),
      ),
    );
    fc.assert(
      fc.property(version, levels, (name, before: Levels) => {
        if (unsupported(name, before).length > 0) return;
        const after = {
          ...before,
          ...Object.fromEntries(raises(name, before).map(({ feature, to }) => [feature, to])),
        };
        assert.deepEqual(unsupported(name, after), []);
        assert.deepEqual(raises(name, after), []);
        for (const [feature, level] of Object.entries(before)) assert.ok(after[feature]! >= level);
      }),
    );
  });
});
