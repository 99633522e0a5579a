import assert from "node:assert/strict";
import { test } from "node:test";
import { mayReplace } from "../../../../scripts/ops/gate/may-replace.ts";
import { strictest, type View } from "../../../../scripts/ops/gate/strictest.ts";

const view = (of: number, isr: readonly number[], brokers: readonly number[] = [1, 2, 3], topic = "orders"): View => ({
  of,
  brokers,
  quorum: null,
  partitions: [{ topic, partition: 0, leader: isr[0] ?? null, replicas: [1, 2, 3], isr, minIsr: 1 }],
});
const may = (...views: readonly View[]) =>
  mayReplace({ id: 2, roles: ["broker"] }, strictest(views), { allowUnavailable: false }).may;

test("a replica counts when all agree, and its broker answers", () => {
  assert.equal(may(view(1, [1, 2, 3]), view(2, [1, 2, 3]), view(3, [1, 2, 3])), "now");
  assert.equal(may(view(1, [1, 2, 3]), view(3, [1, 2, 3])), "now", "its own word is not needed");
});

test("a broker that is listed and does not answer has no copy to count on", () => {
  assert.equal(may(view(2, [1, 2, 3])), "later");
});

test("a broker that tells how it was before does not outweigh one that knows better", () => {
  for (const views of [
    [view(1, [1, 2, 3]), view(2, [2])],
    [view(2, [2]), view(1, [1, 2, 3])],
  ])
    assert.equal(may(...views), "later");
  assert.deepEqual(strictest([view(1, [1, 2]), view(2, [2], [2, 3])]).brokers, [2], "listed by all");
});

test("what only one knows counts too", () => {
  const state = strictest([view(1, [1, 2, 3]), view(3, [2], [1, 2, 3], "new")]);
  assert.deepEqual(
    state.partitions.map(({ topic }) => topic),
    ["orders", "new"],
  );
});

test("where nobody answers nothing is known", () => {
  assert.throws(() => strictest([]), /no broker answers/);
});
