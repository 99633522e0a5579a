import assert from "node:assert/strict";
import { test } from "node:test";
import { CATALOG } from "../../capacity/catalog.ts";
import { sizeCluster } from "../../capacity/size.ts";
import { defineWorkload, evenTopics } from "../../capacity/workload.ts";

const MB = 1e6;
const sized = (given: Parameters<typeof defineWorkload>[0], machine = "m7g.xlarge") =>
  sizeCluster(defineWorkload(given), CATALOG[machine]!);
const codes = ({ warnings }: ReturnType<typeof sized>) => warnings.map(({ code }) => code);

test("brokers come in multiples of the racks that may fail, and a broker too many in one rack carries nothing", () => {
  const rack = { produceBytesPerSec: 20 * MB, topics: evenTopics(2), mayFail: "rack", racks: 3 } as const;
  const { brokers, afterFailure, perBroker } = sized(rack);
  assert.equal(brokers % 3, 0);
  assert.equal(afterFailure.brokersLost, brokers / 3);
  const uneven = sized({ ...rack, brokers: brokers + 1 });
  assert.deepEqual(uneven.perBroker, perBroker);
  const replicas = uneven.topics.reduce((sum, { partitions }) => sum + partitions, 0) * uneven.replicationFactor;
  assert.equal(
    uneven.perBroker.partitionReplicas,
    replicas / brokers,
    "partitions are those that the loads are made of",
  );
  assert.equal(uneven.afterFailure.brokersLost, brokers / 3 + 1);
  assert.throws(() => sized({ ...rack, brokers: 2 }), /brokers: wanted a broker in each of 3 racks, found 2/);
});

test("a cluster with nothing to spare cannot make lost replicas again, and says so", () => {
  const full = sized({
    produceBytesPerSec: 100 * MB,
    fanOut: 10,
    retention: { by: "time", ms: 3_600_000 },
    brokers: 3,
  });
  assert.equal(full.fits, false);
  assert.equal(full.headroom, 0);
  assert.equal(full.afterFailure.rebuildHours, null);
  assert.ok(codes(full).includes("DOES_NOT_FIT") && codes(full).includes("SLOW_REBUILD"));
});

test("partitions that are large beside a disk are warned of", () => {
  const month = { by: "time", ms: 30 * 86_400_000 } as const;
  const lumpy = { produceBytesPerSec: 10 * MB, retention: month };
  assert.ok(codes(sized(lumpy, "n2-standard-8")).includes("LARGE_PARTITIONS"));
  assert.ok(!codes(sized({ ...lumpy, parallelism: 500 }, "n2-standard-8")).includes("LARGE_PARTITIONS"));
});
