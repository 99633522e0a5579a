import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { diffPlans } from "../../../infra/plan/diff.ts";
import { planCluster } from "../../../infra/plan/plan.ts";
import { knownControllers } from "../../../infra/plan/quorum.ts";
import { asksVoters, type LiveVoters, leavingVoters, voterRefusals } from "../../../infra/plan/voters.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const ids = (count: number) => Array.from({ length: count }, (_, index) => 1001 + index);
const quorum = (count: number, kind: "static" | "dynamic") => ({
  mode: "kraft" as const,
  voters: ids(count),
  ...(kind === "dynamic" ? { quorum: kind } : {}),
});
const SILENT = "no broker answers";

describe("voters that change", () => {
  const [fixed3, fixed5] = [quorum(3, "static"), quorum(5, "static")];
  const [dynamic3, dynamic5] = [quorum(3, "dynamic"), quorum(5, "dynamic")];
  type Quorum = typeof fixed3;
  const rows: readonly (readonly [string, Quorum, Quorum, LiveVoters | undefined, RegExp | undefined])[] = [
    ["none", fixed3, fixed3, undefined, undefined],
    [
      "static ones",
      fixed3,
      fixed5,
      ids(3),
      /^controllers: the voters are nodes 1001, .*may change with quorum: dynamic/,
    ],
    ["static to dynamic", fixed3, dynamic3, ids(3), undefined],
    [
      "… of a cluster that is down",
      fixed3,
      dynamic3,
      SILENT,
      /nobody answers for it \(no broker answers\); write static/,
    ],
    ["… where nobody is asked", fixed3, dynamic3, undefined, /\(not on this target\)/],
    ["… and more of them", fixed3, dynamic5, ids(3), /with the voters that there are; put count and placement back/],
    ["dynamic to static", dynamic3, fixed3, ids(3), /^controllers\.quorum: dynamic cannot go back to static/],
    ["more dynamic ones", dynamic3, dynamic5, undefined, undefined],
    ["fewer dynamic ones", dynamic5, dynamic3, ids(5), undefined],
    [
      "… of a cluster that is down",
      dynamic5,
      dynamic3,
      SILENT,
      /^controllers\.count: controller 1004, 1005 would go, .*lower it$/,
    ],
    ["ZooKeeper's", { ...fixed3, mode: "zookeeper" } as never, fixed5, ids(3), /^controllers: /],
  ];
  for (const [what, before, now, live, refused] of rows)
    it(`${what}: ${refused ? "refused" : "fine"}`, () => {
      const reasons = voterRefusals(before, now, live).map(({ reason }) => reason);
      assert.equal(reasons.length, refused ? 1 : 0);
      if (refused) assert.match(reasons[0]!, refused);
    });

  it("asks the running quorum only where it has to do with the change", () => {
    assert.deepEqual(leavingVoters(dynamic5, dynamic3), [1004, 1005]);
    const asked = [
      [fixed3, dynamic3],
      [dynamic5, dynamic3],
      [dynamic3, dynamic5],
      [fixed3, fixed3],
      [dynamic3, fixed3],
    ];
    assert.deepEqual(
      asked.map(([before, now]) => asksVoters(before!, now!)),
      [true, true, false, false, false],
    );
  });
});

describe("controllers that a node knows from its configuration", () => {
  it("hold one of every majority", () => {
    for (const count of [1, 3, 5, 7, 9])
      assert.ok(knownControllers(count) > count - (Math.floor(count / 2) + 1), `${count}`);
  });

  const planOf = (count: number) => {
    const text = `controllers: { count: ${count}, placement: dedicated, quorum: dynamic }\nbrokers: { count: 3 }\n`;
    return planCluster(parseStack(text, "s.yaml").spec, "s");
  };

  it("name no voters, and are the same with three and with five", () => {
    const properties = planOf(3).nodes.map(({ config }) => config.properties);
    for (const each of properties) {
      assert.equal(each["controller.quorum.voters"], undefined);
      assert.equal(
        each["controller.quorum.bootstrap.servers"],
        "{{address:CONTROLLER@1001}},{{address:CONTROLLER@1002}},{{address:CONTROLLER@1003}}",
      );
    }
    const [more, fewer] = [diffPlans(planOf(3), planOf(5)), diffPlans(planOf(5), planOf(3))];
    assert.deepEqual(more, [{ effect: "start", what: "node", nodes: [1004, 1005] }]);
    assert.deepEqual(fewer, [
      { effect: "stop", what: "node", nodes: [1004, 1005], reason: "once it is no voter any more" },
    ]);
  });
});
