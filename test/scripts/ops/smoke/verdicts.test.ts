import assert from "node:assert/strict";
import { test } from "node:test";
import { passed, type Verdict } from "../../../../scripts/ops/smoke/report.ts";
import {
  type BrokerAnswer,
  judgeAddresses,
  judgeLeaders,
  judgeResume,
  judgeSplit,
  judgeTransactions,
  livingIds,
} from "../../../../scripts/ops/smoke/verdicts.ts";

const all = new Map([
  [1, "h:9001"],
  [2, "h:9002"],
  [3, "h:9003"],
]);
const well = (id: number, advertised: ReadonlyMap<number, string> = all): BrokerAnswer => ({
  id,
  address: `h:900${id}`,
  advertised,
});
const dead = (id: number): BrokerAnswer => ({ id, address: `h:900${id}`, fault: "connect ECONNREFUSED" });
const silent = (id: number): BrokerAnswer => ({ id, address: `h:900${id}`, fault: "Request timed out", silent: true });
const without2 = new Map([...all].filter(([id]) => id !== 2));
const twins = new Map([...all, [3, "h:9002"]] as const);

const rows: readonly [name: string, verdict: Verdict, status: Verdict["status"], detail: RegExp][] = [
  ["brokers that answer", judgeAddresses([1, 2, 3].map((id) => well(id))), "pass", /^3 of 3 brokers answer/],
  ["a dead broker", judgeAddresses([well(1), dead(2), well(3)]), "fail", /^broker 2 at h:9002: connect ECONNREFUSED$/],
  ["a silent broker", judgeAddresses([well(1), silent(2)]), "undecided", /^broker 2 at h:9002: Request timed out$/],
  ["a silent one and a dead one", judgeAddresses([silent(1), dead(2)]), "fail", /^broker 2 .*; broker 1 at h:9001/],
  ["a fenced broker", judgeAddresses([well(1, without2), well(2, without2)]), "fail", /^broker 2 .* not registered/],
  ["one address for two", judgeAddresses([well(2, twins), well(3, twins)]), "fail", /^brokers 2 and 3 both advertise/],

  ["leaders everywhere", judgeLeaders([well(1), well(2), well(3)], [3, 1, 2, 1]), "pass", /^3 of 3/],
  ["an idle broker", judgeLeaders([well(1), well(2)], [1, 1]), "fail", /^broker 2 led no partition$/],
  ["a dead leader", judgeLeaders([well(1), dead(2)], [1, 2]), "fail", /^broker 2 cannot lead: it does not answer$/],
  ["a silent leader", judgeLeaders([well(1), silent(2)], [1, 2]), "undecided", /^broker 2 was not asked/],
  ["no leader", judgeLeaders([well(1)], [1, null, 1, null]), "fail", /^partitions 1, 3 had no leader$/],
  ["no partitions", judgeLeaders([well(1)], []), "fail", /^broker 1 led no partition$/],

  [
    "a fair split",
    judgeSplit(
      [
        [2, 0],
        [1, 3],
      ],
      4,
    ),
    "pass",
    /\[0 2\] and \[1 3\]$/,
  ],
  ["an idle member", judgeSplit([[0, 1, 2, 3], []], 4), "fail", /own \[0 1 2 3\] and \[\] of 4/],
  [
    "a partition owned twice",
    judgeSplit(
      [
        [0, 1],
        [1, 2],
      ],
      4,
    ),
    "fail",
    /./,
  ],
  ["a partition owned by none", judgeSplit([[0], [1, 2]], 4), "fail", /./],

  ["committed only", judgeTransactions(["a", "b"], ["a", "b"], ["x"]), "pass", /^2 committed records seen, 1 aborted/],
  ["an aborted record", judgeTransactions(["a", "x", "b"], ["a", "b"], ["x"]), "fail", /^1 of 1 aborted/],
  ["a missing record", judgeTransactions(["b"], ["a", "b"], ["x"]), "fail", /^1 of 2 committed/],
  ["a record twice", judgeTransactions(["a", "a", "b"], ["a", "b"], ["x"]), "fail", /^committed records came back/],
  ["records swapped", judgeTransactions(["b", "a"], ["a", "b"], ["x"]), "fail", /^committed records came back/],

  ["a clean restart", judgeResume(["a", "b"], ["c", "d"], ["a", "b", "c", "d"]), "pass", /^2 .* other 2 /],
  ["a record lost", judgeResume(["a", "b"], ["d"], ["a", "b", "c", "d"]), "fail", /1 never read, 0 read twice$/],
  ["a record read again", judgeResume(["a", "b"], ["b", "c"], ["a", "b", "c"]), "fail", /0 never read, 1 read twice$/],
  ["twice after it", judgeResume(["a"], ["b", "b"], ["a", "b"]), "fail", /1 read twice$/],
  ["nothing committed", judgeResume([], ["a"], ["a"]), "fail", /after committing 0 of 1/],
];

for (const [name, verdict, status, detail] of rows)
  test(`${name}: ${status}`, () => {
    assert.equal(verdict.status, status);
    assert.match(verdict.detail, detail);
    assert.equal(
      verdict.hint !== undefined,
      status === "fail" || status === "undecided",
      "what is not good says what to do next",
    );
  });

test("living brokers are those that anyone lists", () => {
  assert.deepEqual(livingIds([dead(3), well(1, new Map([[2, "h:9002"]])), well(2, new Map([[1, "h:9001"]]))]), [1, 2]);
});

test("a report passes only when every check ran and passed", () => {
  const check = (status: Verdict["status"]) => ({ name: "x", detail: "", durationMs: 0, status });
  assert.equal(passed([]), false);
  assert.equal(passed([check("pass"), check("pass")]), true);
  assert.equal(passed([check("pass"), check("skip")]), false);
  assert.equal(passed([check("pass"), check("fail")]), false);
  assert.equal(passed([check("pass"), check("undecided")]), false);
});
