import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import {
  type BrokerMode,
  dependsOnLive,
  type LiveMigration,
  METADATA_PHASES,
  type MetadataPhase,
  nextPhase,
} from "../../../infra/plan/migration.ts";
import { planCluster } from "../../../infra/plan/plan.ts";
import { type Decisive, refusals } from "../../../infra/plan/refusals.ts";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const BROKERS = [1, 2, 3];
const CONTROLLERS = [1001, 1002, 1003];
const ENSEMBLE = [2001, 2002, 2003];

/** A cluster of three of each. */
function cluster(phase: MetadataPhase, change: Partial<Decisive> = {}): Decisive {
  const voters = [...(phase === "zookeeper" ? [] : CONTROLLERS), ...(phase === "kraft" ? [] : ENSEMBLE)];
  const at = (listener: string) => (id: number) => `${listener}@${id}`;
  return {
    mode: phase === "kraft" ? "kraft" : "zookeeper",
    ...(phase === "kraft" || phase === "zookeeper" ? {} : { migration: phase }),
    kafkaVersion: "3.9.2",
    voters,
    listeners: [...BROKERS.map(at("INTERNAL")), ...voters.map(at("ANY"))],
    security: "plaintext",
    ...change,
  };
}

const all = (mode: BrokerMode) => new Map(BROKERS.map((id) => [id, mode]));
const DONE: Readonly<Record<MetadataPhase, LiveMigration>> = {
  zookeeper: { copied: false, brokers: all("zookeeper") },
  prepare: { copied: false, brokers: all("zookeeper") },
  dualWrite: { copied: true, brokers: all("migrating") },
  kraftBrokers: { copied: true, brokers: all("kraft") },
  kraft: { copied: false, brokers: all("kraft") },
};

describe("steps of a migration", () => {
  // One column for each phase in order: where one `up` may go.
  const rows: readonly (readonly [MetadataPhase, ...allowed: string[]])[] = [
    ["zookeeper", "stay", "yes", "no", "no", "no"],
    ["prepare", "yes", "stay", "yes", "no", "no"],
    ["dualWrite", "yes", "no", "stay", "yes", "no"],
    ["kraftBrokers", "no", "no", "yes", "stay", "yes"],
    ["kraft", "no", "no", "no", "no", "stay"],
  ];
  for (const [from, ...allowed] of rows)
    for (const [index, to] of METADATA_PHASES.entries())
      test(`${from} → ${to}: ${allowed[index]}`, () => {
        const reasons = refusals(cluster(from), cluster(to), undefined, DONE[from]).map(({ reason }) => reason);
        assert.equal(reasons.length, allowed[index] === "no" ? 1 : 0, reasons.join());
        if (reasons[0]) assert.match(reasons[0], /^kafka\.mode: /);
      });

  test("every phase but the last leads to every other, each step allowed", () => {
    for (const from of METADATA_PHASES.slice(0, -1))
      for (const goal of METADATA_PHASES) {
        const way: MetadataPhase[] = [from];
        while (way.at(-1) !== goal && way.length < 9) way.push(nextPhase(way.at(-1)!, goal)!);
        assert.equal(way.at(-1), goal, way.join(" → "));
        for (const [index, to] of way.slice(1).entries())
          assert.deepEqual(refusals(cluster(way[index]!), cluster(to), undefined, DONE[way[index]!]), []);
      }
    assert.equal(nextPhase("kraft", "zookeeper"), undefined);
  });
});

describe("a step of a migration is refused", () => {
  const rows: readonly (readonly [
    what: string,
    from: MetadataPhase,
    to: Decisive,
    live: LiveMigration | string | undefined,
    reason: RegExp,
  ])[] = [
    [
      "to KRaft brokers before the copy",
      "dualWrite",
      cluster("kraftBrokers"),
      { ...DONE.dualWrite, copied: false },
      /have not yet copied ZooKeeper's metadata; write kafka: \{ mode: zookeeper, migration: dualWrite \} again/,
    ],
    [
      "to the end while a broker lives by ZooKeeper",
      "kraftBrokers",
      cluster("kraft"),
      { copied: true, brokers: new Map([...all("kraft"), [2, "migrating"]]) },
      /broker 2 still lives by ZooKeeper; write kafka: \{ mode: zookeeper, migration: kraftBrokers \}/,
    ],
    [
      "to the end while the copy is not the controllers' any more",
      "kraftBrokers",
      cluster("kraft"),
      { ...DONE.kraftBrokers, copied: false },
      /have not yet copied/,
    ],
    [
      "back while a broker runs in KRaft mode",
      "dualWrite",
      cluster("zookeeper"),
      { copied: true, brokers: new Map([...all("migrating"), [3, "kraft"]]) },
      /broker 3 still runs in KRaft mode; write kafka: \{ mode: zookeeper, migration: dualWrite \} again/,
    ],
    ["when nobody answers", "kraftBrokers", cluster("kraft"), "no broker answers", /nobody tells .*no broker answers/],
    [
      "with another version",
      "kraftBrokers",
      cluster("kraft", { kafkaVersion: "4.3.1" }),
      DONE.kraftBrokers,
      /kafka\.version cannot change in the same step/,
    ],
    [
      "with another broker",
      "prepare",
      cluster("dualWrite", { listeners: ["INTERNAL@1", "INTERNAL@2"] }),
      DONE.prepare,
      /brokers\.count cannot change in the same step/,
    ],
    [
      "with other controllers",
      "prepare",
      cluster("dualWrite", { voters: [1001, ...ENSEMBLE] }),
      DONE.prepare,
      /controllers cannot change in the same step/,
    ],
    [
      "to combined controllers",
      "kraftBrokers",
      cluster("kraft", { voters: [1, 2, 3] }),
      DONE.kraftBrokers,
      /controllers cannot change in the same step/,
    ],
    [
      "with another ensemble",
      "zookeeper",
      cluster("prepare", { voters: [...CONTROLLERS, 2001] }),
      DONE.zookeeper,
      /zookeeper\.count cannot change in the same step/,
    ],
  ];
  for (const [what, from, to, live, reason] of rows)
    test(what, () => {
      const [first, ...others] = refusals(cluster(from), to, undefined, live);
      assert.match(first?.reason ?? "nothing", reason);
      assert.deepEqual(others, []);
    });

  test("live nodes are asked only where their answer counts", () => {
    const asked = METADATA_PHASES.flatMap((from) =>
      METADATA_PHASES.filter((to) => dependsOnLive(cluster(from), cluster(to))).map((to) => `${from} → ${to}`),
    );
    assert.deepEqual(asked, ["dualWrite → zookeeper", "dualWrite → kraftBrokers", "kraftBrokers → kraft"]);
  });
});

describe("the plan of each phase", () => {
  const planOf = (kafka: string, profile: string): ClusterPlan => {
    const text = `environment: dev\n${kafka}\nsecurity: { profile: ${profile} }\nbrokers: { count: 3 }\n`;
    return planCluster(parseStack(text, "s.yaml").spec, "s");
  };
  const stackOf = (phase: MetadataPhase): string => {
    if (phase === "kraft") return "kafka: { version: 3.9.2 }\ncontrollers: { placement: dedicated, count: 3 }";
    if (phase === "zookeeper") return "kafka: { version: 3.9.2, mode: zookeeper }";
    return `kafka: { version: 3.9.2, mode: zookeeper, migration: ${phase} }\ncontrollers: { placement: dedicated, count: 3 }`;
  };
  const nodes = (phase: MetadataPhase, profile: string, role: string) =>
    planOf(stackOf(phase), profile).nodes.filter(({ roles }) => roles.join() === role);

  for (const profile of ["plaintext", "scram"]) {
    for (const phase of ["prepare", "dualWrite", "kraftBrokers"] as const)
      test(`${profile}, ${phase}`, (t) => {
        const plan = planOf(stackOf(phase), profile);
        const first = plan.nodes.filter(({ id }) => id % 1000 === 1);
        const golden = path.resolve(import.meta.dirname, "../../golden/plan", `migration-${phase}-${profile}.json`);
        t.assert.fileSnapshot({ migration: plan.migration, restartOrder: plan.restartOrder, nodes: first }, golden);
      });

    test(`${profile}: a step leaves alone whom it is not about`, () => {
      assert.deepEqual(nodes("prepare", profile, "broker"), nodes("zookeeper", profile, "broker"));
      assert.deepEqual(nodes("dualWrite", profile, "controller"), nodes("prepare", profile, "controller"));
      assert.deepEqual(nodes("kraftBrokers", profile, "controller"), nodes("dualWrite", profile, "controller"));
      assert.deepEqual(nodes("kraft", profile, "broker"), nodes("kraftBrokers", profile, "broker"));
      for (const phase of ["prepare", "dualWrite", "kraftBrokers"] as const)
        assert.deepEqual(nodes(phase, profile, "zookeeper"), nodes("zookeeper", profile, "zookeeper"));
    });
  }
});
