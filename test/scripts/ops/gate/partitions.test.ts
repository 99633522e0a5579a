import assert from "node:assert/strict";
import { test } from "node:test";
import { mayReplace } from "../../../../scripts/ops/gate/may-replace.ts";
import { mayStop } from "../../../../scripts/ops/gate/may-stop.ts";
import { nextToRestart } from "../../../../scripts/ops/gate/next.ts";
import { effectiveMinIsr, isrPartitions } from "../../../../scripts/ops/gate/partitions.ts";
import type { GateState } from "../../../../scripts/ops/gate/state.ts";
import { liveTopic } from "../topics/live-topics.ts";

const BROKER = { id: 1, roles: ["broker"] } as const;

/** What the gate sees of one partition of a topic under the default min ISR of its cluster. */
function seen(replicas: readonly number[], minIsr: number, isr = replicas): GateState {
  const partition = { partition: 0, leader: isr[0] ?? null, replicas, isr };
  const topic = liveTopic("orders", 1, 1, { minIsr, partitions: [partition] });
  return { brokers: [1, 2, 3], partitions: isrPartitions([topic], new Set()), quorum: null };
}

test("a partition wants no more in-sync replicas than it has replicas", () => {
  const effective = (minIsr: number, ...replicas: number[]) => effectiveMinIsr(minIsr, { replicas });
  assert.deepEqual([effective(2, 1), effective(3, 1, 2), effective(2, 1, 2, 3), effective(1, 1, 2, 3)], [1, 2, 2, 1]);
});

test("one replica under a min ISR of two is unavailable by design, and never said to refuse acks=all", () => {
  for (const minIsr of [1, 2, 3]) {
    const state = seen([1], minIsr);
    const strict = mayStop(BROKER, state, { allowUnavailable: false });
    assert.deepEqual(
      [strict.may, strict.may === "now" ? [] : strict.reasons.map(({ why }) => why)],
      ["never", ["by-design"]],
    );
    assert.equal(mayStop(BROKER, state, { allowUnavailable: true }).may, "now");
    assert.equal(mayReplace(BROKER, state, { allowUnavailable: true }).may, "never");
  }
});

test("brokers of one rack go together where a single copy elsewhere keeps all that it ever had", () => {
  const nodes = [1, 2].map((id) => ({ id, roles: ["broker"] as const, rack: "a" }));
  const next = nextToRestart(nodes, [1, 2], seen([3], 2), { allowUnavailable: false, parallel: "rack" });
  assert.deepEqual(next, { action: "restart", id: 1, with: [2] });
});

test("a partition on the move is marked", () => {
  const [first, second] = isrPartitions([liveTopic("orders", 2, 3, { minIsr: 2 })], new Set(["orders-1"]));
  assert.deepEqual([first?.moving, second?.moving, first?.minIsr], [undefined, true, 2]);
});
