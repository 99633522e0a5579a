import assert from "node:assert/strict";
import { test } from "node:test";
import { planCluster } from "../../../infra/plan/plan.ts";
import { parseStack } from "../../../infra/spec/load.ts";
import { nodeFinder } from "../../../infra/targets/cluster-gate.ts";

const stack = "preset: dev\ncontrollers: { count: 3, placement: dedicated }\n";
const nodeOf = nodeFinder(planCluster(parseStack(stack, "s.yaml").spec, "s"));

for (const [name, id, roles] of [
  ["s-node-2", 2, "broker"],
  ["s-node-2-files", 2, "broker"],
  ["s-node-1003", 1003, "controller"],
  ["s-node-9", 9, "broker"],
  ["s-node-1009", 1009, "controller"],
  ["s-node-2001", 2001, "zookeeper"],
] as const)
  test(`a hook's resource ${name} is node ${id}, a ${roles}`, () => {
    const node = nodeOf({ name });
    assert.deepEqual([node.id, node.roles.join()], [id, roles]);
  });

test("what belongs to no node is an error", () => {
  for (const name of ["s-network", "other-node-1", "s-node-x"])
    assert.throws(() => nodeOf({ name }), new RegExp(`${name} is no node of s`));
});
