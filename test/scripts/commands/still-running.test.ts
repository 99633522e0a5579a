import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import { stopStillRunning } from "../../../scripts/commands/still-running.ts";

const plan = { name: "shop" } as ClusterPlan;

test("down: nothing is asked of a target that cannot tell, or stopped where nothing runs", async () => {
  await stopStillRunning(plan, {});
  await stopStillRunning(plan, { running: async () => [], stopRunning: () => assert.fail("nothing runs") });
});

test("down: what Pulumi's state does not know is stopped, or named when it does not stop", async () => {
  let nodes = ["node 1", "node 2"];
  const running = async () => nodes;
  const stopRunning = async () => {
    nodes = [];
  };
  await assert.rejects(stopStillRunning(plan, { running }), /wanted shop down, found node 1, node 2 still there/);
  await assert.rejects(stopStillRunning(plan, { running, stopRunning: async () => {} }), /found node 1, node 2 still/);
  await stopStillRunning(plan, { running, stopRunning });
  assert.deepEqual(nodes, []);
});
