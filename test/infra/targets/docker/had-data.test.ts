import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ANY_DIRECTORY, judgeData } from "../../../../infra/targets/decisions/node-data.ts";
import { foundVolumes, hadData, STARTED } from "../../../../infra/targets/docker/had-data.ts";
import { markOf } from "../../../../infra/targets/docker/node-data.ts";
import { isOurs } from "../../../../infra/targets/docker/still-there.ts";

const cluster = { name: "s", voters: [1, 2, 3], listeners: ["EXTERNAL@1", "EXTERNAL@2", "EXTERNAL@3"] };
const volume = (id: number) => `kafka-s-${id}-data`;
const found = (...ids: readonly number[]) => foundVolumes(cluster, ids.map(volume));
const noted = (id: string) => ({ 1: { data: id }, 2: { data: id }, 3: { data: id } });

describe("which nodes have had data", () => {
  for (const [title, nodeData, there, expected] of [
    ["known ones stay, whatever is gone", noted("A"), [3], noted("A")],
    [
      "of an earlier release all that it deployed: started, or gone with whatever they held",
      undefined,
      [2],
      { 1: { data: ANY_DIRECTORY }, 2: { data: STARTED }, 3: { data: ANY_DIRECTORY } },
    ],
    [
      "one that started and whose volume is gone may have been formatted",
      noted(STARTED),
      [1, 2],
      {
        ...noted(STARTED),
        3: { data: ANY_DIRECTORY },
      },
    ],
    ["none where none started yet", {}, [1], {}],
  ] as const)
    test(title, () =>
      assert.deepEqual(hadData({ ...cluster, ...(nodeData && { nodeData }) }, found(...there)), expected),
    );

  test("a cluster that was not there before has had none", () => assert.deepEqual(hadData(undefined, found(1)), {}));
});

describe("volumes that are gone", () => {
  const judge = (...there: readonly number[]) => {
    const nodes = found(...there);
    return judgeData({
      stack: "s",
      record: hadData({ ...cluster, nodeData: noted("A") }, nodes),
      voters: [1, 2, 3],
      nodes,
    });
  };

  test("of a majority are refused flatly, by their names", () => {
    const { flat, withheld } = judge(3);
    assert.equal(flat, true);
    assert.match(
      withheld.get(1) ?? "",
      /^node 1: wanted its data in volume kafka-s-1-data, found none; .* --delete-data$/,
    );
  });

  test("of a minority concern those nodes only", () => {
    const { flat, withheld } = judge(2, 3);
    assert.deepEqual([flat, [...withheld.keys()]], [false, [1]]);
  });

  test("and where all are there, nothing is said", () => assert.equal(judge(1, 2, 3).withheld.size, 0));
});

test("the mark of the entry point names what served, and the cure; what only started may be formatted yet", () => {
  assert.equal(markOf("s", 1, { data: "A" }), "cure=kafka-stacks replace-node s 1\n/var/lib/kafka/data=A\n");
  assert.equal(markOf("s", 1, { data: ANY_DIRECTORY }), "cure=kafka-stacks replace-node s 1\n/var/lib/kafka/data=\n");
  assert.equal(markOf("s", 1, { data: STARTED }), "cure=kafka-stacks replace-node s 1\n");
});

test("a cluster is ours when its volumes bear the id that is kept, or bore before a migration", () => {
  assert.equal(isOurs({ clusterId: "A" }, ["A", "A"]), true);
  assert.equal(isOurs({ clusterId: "B", labelledId: "A" }, ["A"]), true);
  assert.equal(isOurs({ clusterId: "B" }, ["A"]), false);
  assert.equal(isOurs(undefined, ["A"]), false);
  assert.equal(isOurs({ clusterId: "A" }, []), false);
});
