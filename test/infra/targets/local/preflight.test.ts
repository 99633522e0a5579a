import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UserError } from "../../../../infra/errors.ts";
import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/load.ts";
import { thisMachine } from "../../../../infra/targets/local/machine.ts";
import { judge, type Machine } from "../../../../infra/targets/local/preflight.ts";

const GiB = 1024 ** 3;
const LARGE: Machine = { memoryBytes: 64 * GiB, freeMemoryBytes: 32 * GiB, cores: 8, freeDiskBytes: 500 * GiB };

const planOf = (text: string) => planCluster(parseStack(`environment: dev\n${text}`, "s.yaml").spec, "s");
const three = planOf("brokers: { count: 3, heap: 1GiB }\n");
const none = new Set<number>();

describe("what a local cluster may be too large for", () => {
  test("nothing on a large machine", () => assert.deepEqual(judge(three, LARGE, none), []));

  test("heaps that are more than all memory are refused", () =>
    assert.throws(
      () => judge(three, { ...LARGE, memoryBytes: 2 * GiB }, none),
      (error) =>
        error instanceof UserError &&
        error.message === "wanted 3.0 GiB of memory for the heaps of 3 nodes, found 2.0 GiB on this machine" &&
        error.next === "lower brokers.heap or brokers.count",
    ));

  test("little free memory is a remark, which nodes that run already do not cause", () => {
    const tight = { ...LARGE, freeMemoryBytes: 2 * GiB };
    assert.match(judge(three, tight, none).join(), /^memory: 3 nodes may take 3\.4 GiB, and 2\.0 GiB is free/);
    assert.deepEqual(judge(three, tight, new Set([1, 2, 3])), []);
    assert.deepEqual(judge(three, tight, new Set([1, 2])), []);
  });

  test("many nodes on one core", () => {
    const five = planOf("brokers: { count: 5, heap: 256MiB }\n");
    assert.match(judge(five, { ...LARGE, cores: 1 }, none).join(), /^cores: 5 nodes share 1: /);
    assert.deepEqual(judge(five, { ...LARGE, cores: 2 }, none), []);
  });

  test("disks and retention that are more than is free; unknown is no remark", () => {
    const plan = planOf(
      "brokers: { count: 3, disk: 10GiB }\ntopics: [{ name: t, partitions: 4, config: { retention.bytes: 2GiB } }]\n",
    );
    const remarks = judge(plan, { ...LARGE, freeDiskBytes: 20 * GiB }, none);
    assert.deepEqual(
      remarks.map((remark) => remark.split(", and ")[0]),
      [
        "disk: brokers.disk comes to 30.0 GiB on this machine",
        "disk: retention.bytes of all topics comes to 24.0 GiB on this machine",
      ],
    );
    assert.deepEqual(judge(plan, { ...LARGE, freeDiskBytes: null }, none), []);
  });

  test("this machine tells plausible figures, for a folder that is not there too", () => {
    const { memoryBytes, freeMemoryBytes, cores, freeDiskBytes } = thisMachine("/nowhere/at/all");
    assert.ok(memoryBytes > 0 && memoryBytes < 2 ** 50 && freeMemoryBytes > 0 && cores >= 1);
    assert.ok(freeDiskBytes !== null && freeDiskBytes >= 0);
  });
});
