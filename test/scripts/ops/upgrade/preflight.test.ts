import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { HealthReport } from "../../../../scripts/ops/health/report.ts";
import { healthReport } from "../../../../scripts/ops/health/report.ts";
import { mayFinalize, type PreflightFacts, preflight } from "../../../../scripts/ops/upgrade/preflight.ts";
import type { BrokerVersion, UpgradeState } from "../../../../scripts/ops/upgrade/state.ts";

const broker = (id: number, version: string | null, fault: string | null = null): BrokerVersion => ({
  id,
  version,
  fault,
  supported: {},
});
const brokers = (...versions: readonly string[]) => versions.map((version, i) => broker(i + 1, version));
const healthy: HealthReport = healthReport("s", [{ name: "disk", status: "pass", detail: "" }], 1);
const unwell = healthReport("s", [{ name: "under-replicated", status: "fail", detail: "3 of 9 partitions" }], 1);
const settled: UpgradeState = {
  brokers: brokers("3.9.2", "3.9.2", "3.9.2"),
  finalized: { "metadata.version": 21 },
  moving: [],
};

const facts: PreflightFacts = {
  stack: "s",
  mode: "kraft",
  from: "3.9.2",
  to: "4.3.1",
  inFile: "3.9.2",
  fileFaults: [],
  java: { found: 17, needed: 17 },
  state: settled,
  health: healthy,
};

const half: PreflightFacts = {
  ...facts,
  inFile: "4.3.1",
  state: { ...settled, brokers: [...brokers("4.3.1", "3.9.2"), broker(3, null, "connect ECONNREFUSED")] },
  health: unwell,
};

const raised = { ...settled, brokers: brokers("4.3.1", "4.3.1", "4.3.1"), finalized: { "metadata.version": 30 } };

/** What is not passed or skipped, as `status name: detail`. */
const rows: readonly (readonly [what: string, facts: PreflightFacts, found: readonly RegExp[]])[] = [
  ["nothing is in the way", facts, []],
  ["nothing is in the way of a container's nodes", { ...facts, java: null }, []],
  [
    "keys that the new version does not know",
    { ...facts, fileFaults: ["s.yaml:3:5 kafka.config.log.message.format.version: wanted …"] },
    [/^fail stack-file: s\.yaml:3:5 kafka\.config/],
  ],
  ["an older Java", { ...facts, java: { found: 11, needed: 17 } }, [/^fail java: Java 11, and Kafka 4\.3\.1 needs 17/]],
  [
    "a broker away",
    { ...facts, state: { ...settled, brokers: [...brokers("3.9.2", "3.9.2"), broker(3, null, "it is away")] } },
    [/^fail brokers: broker 3: it is away; 1, 2 run 3\.9\.2$/],
  ],
  [
    "the way back was cut off, and the way up goes on",
    { ...facts, from: "4.3.1", state: { ...settled, brokers: brokers("4.3.1", "3.9.2") } },
    [/^warn brokers: 1 run 4\.3\.1; 2 run 3\.9\.2: .*this one goes on$/],
  ],
  [
    "a broker of an unknown version",
    { ...facts, state: { ...settled, brokers: [...brokers("3.9.2"), broker(2, null)] } },
    [/^fail brokers: 1 run 3\.9\.2; 2 run an unknown version$/],
  ],
  ["partitions out of sync", { ...facts, health: unwell }, [/^fail health: under-replicated: 3 of 9 partitions$/]],
  [
    "replicas on the move",
    { ...facts, state: { ...settled, moving: ["a-0"] } },
    [/^fail reassignments: replicas of a-0/],
  ],
  ["nobody tells of moves", { ...facts, state: { ...settled, moving: null } }, [/^fail reassignments: nobody tells/]],
  ["nobody tells of features", { ...facts, state: { ...settled, finalized: null } }, [/^fail path: no broker tells/]],
  [
    "in ZooKeeper mode",
    { ...facts, mode: "zookeeper", state: { ...settled, finalized: {} } },
    [/^fail path: .*migrate/],
  ],
  [
    "an upgrade that was cut off goes on",
    half,
    [/^warn brokers: broker 3: .*this one goes on$/, /^warn health: under-/],
  ],
  [
    "… and may be taken back",
    { ...half, to: "3.9.2", inFile: "3.9.2", from: "4.3.1" },
    [/^warn brokers/, /^warn health/],
  ],
  [
    "a file that was edited by hand is no upgrade that was cut off",
    { ...facts, inFile: "4.3.1", health: unwell },
    [/^fail health/],
  ],
  [
    "back before features are raised",
    { ...facts, from: "4.3.1", to: "3.9.2", state: { ...raised, finalized: settled.finalized } },
    [],
  ],
  [
    "back after that",
    { ...facts, from: "4.3.1", to: "3.9.2", state: raised },
    [/^fail path: 4\.3\.1 cannot go back to 3\.9\.2: metadata\.version is finalized at 30 \(4\.3-IV0\)/],
  ],
  [
    "back after that, on the way back already",
    { ...half, from: "3.9.2", to: "3.9.2", inFile: "3.9.2", state: { ...half.state, finalized: raised.finalized } },
    [/^fail path: 4\.3\.1 cannot go back/, /^warn/, /^warn/],
  ],
];

describe("before another version", () => {
  for (const [what, given, found] of rows)
    test(what, () => {
      const lines = preflight(given)
        .filter(({ status }) => status === "fail" || status === "warn")
        .map(({ status, name, detail }) => `${status} ${name}: ${detail}`);
      assert.equal(lines.length, found.length, lines.join("\n"));
      for (const [i, pattern] of found.entries()) assert.match(lines[i]!, pattern);
    });

  test("what cannot be seen says so, where it matters", () => {
    const clients = (from: string, to: "3.9.2" | "4.3.1") =>
      preflight({ ...facts, from, to }).find(({ name }) => name === "old-clients");
    assert.match(clients("3.9.2", "4.3.1")?.detail ?? "", /^not checked whether clients older than Kafka 2\.1/);
    assert.match(clients("4.3.1", "3.9.2")?.detail ?? "", /takes the requests that 4\.3\.1 takes/);
  });
});

describe("before features are raised", () => {
  const ready = { stack: "s", version: "4.3.1", deployed: "4.3.1", state: raised, health: healthy } as const;
  const cases: readonly (readonly [what: string, facts: Parameters<typeof mayFinalize>[0], found: string])[] = [
    ["all is at one version, and well", ready, "pass pass"],
    ["a broker is behind", { ...ready, state: { ...raised, brokers: brokers("4.3.1", "3.9.2") } }, "fail pass"],
    ["a broker is away", { ...ready, state: { ...raised, brokers: [broker(1, null, "away")] } }, "fail pass"],
    ["the file is ahead of the cluster", { ...ready, deployed: "3.9.2" }, "fail pass"],
    ["a check fails", { ...ready, health: unwell }, "pass fail"],
  ];
  for (const [what, given, found] of cases)
    test(what, () =>
      assert.equal(
        mayFinalize(given)
          .map(({ status }) => status)
          .join(" "),
        found,
      ),
    );
});
