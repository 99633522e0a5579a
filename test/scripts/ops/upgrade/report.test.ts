import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nextInWords, type UpgradeFacts, upgradeReport } from "../../../../scripts/ops/upgrade/report.ts";

const at = (...versions: readonly (string | null)[]): UpgradeFacts["state"] => ({
  brokers: versions.map((version, i) => ({ id: i + 1, version, fault: null, supported: {} })),
  finalized: { "metadata.version": 21 },
  moving: [],
});
const old: UpgradeFacts = { stack: "s", mode: "kraft", file: "3.9.2", deployed: "3.9.2", state: at("3.9.2", "3.9.2") };
const rolled: UpgradeFacts = { ...old, file: "4.3.1", deployed: "4.3.1", state: at("4.3.1", "4.3.1") };
const levels = { "metadata.version": 30, "group.version": 1, "share.version": 1, "streams.version": 1 };
const all = { ...levels, "transaction.version": 2, "eligible.leader.replicas.version": 1 };

const rows: readonly (readonly [what: string, facts: UpgradeFacts, next: readonly string[]])[] = [
  ["at an old version", old, ["upgrade 4.3.1"]],
  ["rolled, not raised", rolled, ["finalize 4.3.1", "downgrade 3.9.2"]],
  ["raised", { ...rolled, state: { ...rolled.state, finalized: all } }, []],
  ["half raised", { ...rolled, state: { ...rolled.state, finalized: levels } }, ["finalize 4.3.1"]],
  ["half rolled", { ...rolled, state: at("4.3.1", "3.9.2") }, ["go-on 4.3.1"]],
  ["a broker of an unknown version", { ...rolled, state: at("4.3.1", null) }, ["go-on 4.3.1"]],
  ["only in the file", { ...old, file: "4.3.1" }, ["go-on 4.3.1"]],
  ["in ZooKeeper mode", { ...old, mode: "zookeeper", state: { ...at(null, null), finalized: {} } }, []],
];

describe("where a cluster stands between versions", () => {
  for (const [what, facts, next] of rows)
    test(what, () => {
      const report = upgradeReport(facts);
      assert.deepEqual(
        report.next.map(({ action, to }) => `${action} ${to}`),
        next,
      );
      const words = nextInWords(report);
      assert.equal(words.length, next.length);
      for (const line of words) assert.match(line, /: kafka-stacks upgrade s --(to \d\.\d\.\d|finalize)$/);
    });

  test("what would be raised is told only when all is at one version", () => {
    assert.equal(upgradeReport(rolled).raises.length, 6);
    assert.deepEqual(upgradeReport({ ...rolled, state: at("4.3.1", "3.9.2") }).raises, []);
  });
});
