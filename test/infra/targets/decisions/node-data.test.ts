import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { forgetData, recordData } from "../../../../infra/targets/decisions/data-record.ts";
import { type Kept, keep, readKept } from "../../../../infra/targets/decisions/kept.ts";
import {
  type DirectoryContent,
  type FoundNode,
  judgeData,
  type NodeData,
  recordOf,
  strayData,
} from "../../../../infra/targets/decisions/node-data.ts";

const CLUSTER = "the-cluster";
const own = (id: number): DirectoryContent => ({ directoryId: `dir-${id}`, nodeId: id, clusterId: CLUSTER });
const node = (id: number, holds?: DirectoryContent | string, roles = ["controller", "broker"]): FoundNode => ({
  id,
  roles,
  directories: [{ volume: "data", place: `/shop/node-${id}/data`, ...(holds !== undefined && { holds }) }],
});
const noted = (...ids: number[]): NodeData => Object.fromEntries(ids.map((id) => [id, { data: `dir-${id}` }]));
const ask = (record: NodeData, nodes: readonly FoundNode[], voters = [1, 2, 3]) =>
  judgeData({ stack: "shop", record, clusterId: CLUSTER, voters, nodes });

describe("which nodes may start", () => {
  const full = [node(1, own(1)), node(2, own(2)), node(3, own(3))];

  test("those that have their data, and new ones", () => {
    for (const record of [noted(1, 2, 3), noted(1), {}]) assert.equal(ask(record, full).withheld.size, 0);
    assert.equal(ask({}, [node(1), node(2), node(3)]).withheld.size, 0, "a new cluster");
    assert.equal(ask(noted(1, 2, 3), [...full, node(4)]).withheld.size, 0, "a new broker");
    const second = { volume: "data-2", place: "/shop/node-1/data-2" };
    const grown = { ...full[0]!, directories: [...full[0]!.directories, second] };
    assert.equal(ask(noted(1, 2, 3), [grown]).withheld.size, 0, "a new disk of an old node");
  });

  test("a lost disk of a minority names its place and replace-node", () => {
    const { withheld, flat } = ask(noted(1, 2, 3), [node(1), full[1]!, full[2]!]);
    assert.equal(flat, false);
    assert.deepEqual([...withheld.keys()], [1]);
    assert.match(withheld.get(1)!, /\/shop\/node-1\/data, found none; .*kafka-stacks replace-node shop 1$/);
  });

  for (const [what, nodes, voters, record] of [
    ["two of three voters", [node(1), node(2), full[2]!], [1, 2, 3], noted(1, 2, 3)],
    ["one of two voters", [node(1), full[1]!], [1, 2], noted(1, 2)],
    ["the only node", [node(1)], [1], noted(1)],
    [
      "every broker of a cluster with controllers of its own",
      [node(1, undefined, ["broker"]), node(2, undefined, ["broker"]), node(1001, own(1001), ["controller"])],
      [1001],
      noted(1, 2, 1001),
    ],
  ] as const)
    test(`${what} lost: flatly refused`, () => {
      const { withheld, flat } = ask(record, nodes, [...voters]);
      assert.equal(flat, true);
      for (const words of withheld.values()) {
        assert.match(words, /put the data back.*kafka-stacks down shop --delete-data$/);
        assert.doesNotMatch(words, /replace-node/);
      }
    });

  for (const [what, holds, words] of [
    ["another node's", own(2), /found those of node 2/],
    ["another cluster's", { ...own(1), clusterId: "other" }, /wanted data of cluster the-cluster .* cluster other/],
    ["a directory formatted since", { ...own(1), directoryId: "new" }, /wanted directory dir-1 .* directory new/],
    ["what is no data", "files and no meta.properties", /found files and no meta.properties/],
  ] as const) {
    test(`${what} data are refused`, () => {
      assert.match(ask(noted(1, 2, 3), [node(1, holds), full[1]!, full[2]!]).withheld.get(1)!, words);
    });
  }

  test("whatever is noted, data of another node are refused", () => {
    assert.deepEqual([...ask({}, [node(1, own(2)), node(2, own(1))]).withheld.keys()], [1, 2]);
  });

  test("two nodes whose mounts are swapped are both named", () => {
    const { withheld, flat } = ask(noted(1, 2, 3), [node(1, own(2)), node(2, own(1)), full[2]!]);
    assert.deepEqual([[...withheld.keys()], flat], [[1, 2], true]);
  });

  test("data without a directory id count as the node's", () => {
    const any = { directoryId: "any", nodeId: 1 };
    assert.equal(ask({ 1: { data: "any" } }, [node(1, own(1))]).withheld.size, 0);
    assert.equal(ask(noted(1), [node(1, any)]).withheld.size, 0);
    assert.equal(ask({ 1: { data: "any" } }, [node(1)], [1]).flat, true);
  });
});

describe("the record", () => {
  const named = { listeners: ["INTERNAL@1", "CONTROLLER@2"] };

  test("of an earlier release expects data of every node named, once one has some", () => {
    assert.deepEqual(recordOf(undefined, named, [node(1, own(1)), node(2), node(3)]), {
      1: { data: "dir-1" },
      2: { data: "any" },
    });
    assert.deepEqual(recordOf(undefined, named, [node(1), node(2)]), {});
    assert.deepEqual(recordOf({}, named, [node(1, own(1)), node(2)]), {}, "what was noted counts");
  });

  test("is kept in cluster.json through other changes, and forgotten on purpose", (t) => {
    const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-record-"));
    t.after(() => rmSync(directory, { recursive: true }));
    const cluster = { directory, ...named, clusterId: CLUSTER } as unknown as Kept;
    recordData(directory, [node(1, own(1))]);
    assert.equal(readKept(directory), undefined, "cluster.json comes first");
    keep(cluster);
    recordData(directory, [node(1, own(1))], [node(1, own(1)), node(2)]);
    assert.deepEqual(readKept(directory)?.nodeData, { 1: { data: "dir-1" }, 2: { data: "any" } });
    keep(cluster);
    recordData(directory, [node(2, own(2))]);
    assert.deepEqual(readKept(directory)?.nodeData, noted(1, 2));
    forgetData(directory, [1, 7]);
    assert.deepEqual(readKept(directory)?.nodeData, noted(2));
  });
});

test("data without cluster.json: the refusal names their cluster", () => {
  assert.equal(strayData("shop", "/shop", [node(1), node(2)]), undefined);
  assert.match(
    strayData("shop", "/shop", [node(1, own(1))])!.reason,
    /node 1 has data of cluster the-cluster.*--delete-data$/,
  );
  assert.ok(strayData("shop", "/shop", [node(1, "cannot be read")]), "what cannot be read may be data");
});
