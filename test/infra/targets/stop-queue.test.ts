import assert from "node:assert/strict";
import { test } from "node:test";
import { stopSteps } from "../../../infra/targets/stop-queue.ts";

const node = (key: string, ...roles: string[]) => ({ key, roles });
const files = (...group: ReturnType<typeof node>[]) => stopSteps(group).map(({ keys }) => keys);

test("brokers stop before controllers, controllers before ZooKeeper, each kind together", () => {
  const group = [node("z", "zookeeper"), node("c", "controller"), node("b1", "broker"), node("b2", "broker")];
  assert.deepEqual(files(...group), [["b1", "b2"], ["c"], ["z"]]);
});

test("combined nodes stop one by one while a majority remains, then the rest at once", () => {
  const combined = ["1", "2", "3", "4", "5"].map((id) => node(id, "broker", "controller"));
  assert.deepEqual(files(...combined), [["1"], ["2"], ["3", "4", "5"]]);
});

test("a single combined node leaves gracefully: the others stay", () => {
  const [step] = stopSteps([node("1", "broker", "controller")]);
  assert.deepEqual(step?.keys, ["1"]);
  assert.ok(step && step.graceMs >= 10_000);
});
