import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { batches, bytesLeft, progressLine, secondsLeft } from "../../../../scripts/ops/rebalance/progress.ts";
import { replicaKey } from "../../../../scripts/ops/rebalance/state.ts";
import { throttledReplicas } from "../../../../scripts/ops/rebalance/throttle.ts";
import { wishesOf } from "../../../../scripts/ops/rebalance/wishes.ts";

const move = (partition: number, from: number[], to: number[], bytes = 10) => ({
  topic: "t",
  partition,
  from,
  to,
  bytes,
});

describe("carrying out", () => {
  it("throttles what is read from and what is added, and nothing else", () => {
    const ongoing = [{ topic: "u", partition: 7, adding: [4], removing: [1], replicas: [1, 2, 4] }];
    assert.deepEqual(
      Object.fromEntries(throttledReplicas([move(0, [1, 2], [2, 3]), move(1, [1, 2], [2, 1])], ongoing)),
      {
        u: { "leader.replication.throttled.replicas": "7:1,7:2", "follower.replication.throttled.replicas": "7:4" },
        t: { "leader.replication.throttled.replicas": "0:1,0:2", "follower.replication.throttled.replicas": "0:3" },
      },
    );
  });

  it("batches what copies nothing first, and with a throttle what passes in a minute", () => {
    const moves = [move(0, [1], [2], 30), move(1, [1], [2], 40), move(2, [1, 2], [2, 1], 99), move(3, [1], [3], 500)];
    assert.deepEqual(
      batches(moves, 1).map((batch) => batch.map(({ partition }) => partition)),
      [[2, 0], [1], [3]],
    );
    assert.equal(batches(moves, undefined).length, 1);
  });

  it("tells what is left, and how long at the speed so far", () => {
    const moves = [move(0, [1], [2], 100), move(1, [1], [2, 3], 100)];
    assert.equal(bytesLeft(moves, new Map([[replicaKey("t", 1, 3), 60]])), 240);
    assert.equal(secondsLeft(60, 240, 10), 40);
    assert.equal(secondsLeft(0, 240, 10), null);
    const progress = { partitions: 1, ofPartitions: 2, bytesLeft: 240e6, secondsLeft: 400 };
    assert.equal(progressLine(progress), "1 of 2 partitions moved, 240 MB left, about 7 min");
  });
});

describe("wishesOf", () => {
  const node = (id: number) => ({ id, roles: ["broker"], rack: null, config: { properties: {} } });
  const plan = (ids: number[], replicationFactor = 2) =>
    ({ nodes: ids.map(node), topics: [{ name: "t", partitions: 1, replicationFactor, config: {} }] }) as never;
  const live = (ids: number[]) => ({
    brokers: ids.map((id) => ({ id, address: "", rack: null })),
    topics: [{ name: "t", partitions: [{ partition: 0, leader: 1, replicas: [1, 2, 3], isr: [1, 2] }] }],
    sizes: new Map([[replicaKey("t", 0, 1), 5]]),
    ongoing: [{ topic: "t", partition: 0, adding: [3], removing: [2] }],
  });

  it("drains who is named and who is not planned, and counts moves under way as done", () => {
    const wishes = wishesOf(plan([1, 2, 3]), live([1, 2, 3, 4]), [2]);
    assert.ok(typeof wishes !== "string");
    assert.deepEqual(
      [wishes.drained, wishes.brokers.map(({ id }) => id)],
      [
        [2, 4],
        [1, 3],
      ],
    );
    assert.deepEqual(
      wishes.partitions.map(({ replicas, bytes }) => ({ replicas, bytes })),
      [{ replicas: [1, 3], bytes: 5 }],
    );
  });

  it("says what cannot be", () => {
    assert.match(String(wishesOf(plan([1, 2]), live([1, 2]), [9])), /^there is no broker 9 to drain; there are 1, 2$/);
    assert.match(
      String(wishesOf(plan([1, 2], 2), live([1, 2]), [2])),
      /^t has 2 replicas of each partition, and there would be only 1/,
    );
  });
});
