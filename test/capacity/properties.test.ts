/** What must hold of every answer, whatever is asked. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { CapacityError } from "../../capacity/errors.ts";
import type { MachineClass } from "../../capacity/machine.ts";
import { RESOURCES, type Sizing } from "../../capacity/result.ts";
import { sizeCluster } from "../../capacity/size.ts";
import type { Workload } from "../../capacity/workload.ts";
import { extremes, machines, workloads } from "./workloads.ts";

const RUNS = { numRuns: 300 };

/** Undefined when no number of brokers is enough; anything but a CapacityError fails the test. */
function sized(workload: Workload, machine: MachineClass): Sizing | undefined {
  try {
    return sizeCluster(workload, machine);
  } catch (error) {
    if (error instanceof CapacityError && error.faults.length > 0) return undefined;
    throw error;
  }
}

const brokersOf = (workload: Workload, machine: MachineClass): number =>
  sized(workload, machine)?.brokers ?? Number.POSITIVE_INFINITY;

/** Holds for every workload that a class can carry. */
function holds(name: string, property: (sizing: Sizing) => void): void {
  test(name, () =>
    fc.assert(
      fc.property(workloads(), machines, (workload, machine) => {
        const sizing = sized(workload, machine);
        fc.pre(sizing !== undefined);
        property(sizing);
      }),
      RUNS,
    ),
  );
}

const longer = (workload: Workload, factor: number): Workload["retention"] => {
  const { retention } = workload;
  if (retention.by === "time") return { by: "time", ms: retention.ms * factor };
  if (retention.by === "size") return { by: "size", bytes: retention.bytes * factor };
  return { by: "compaction", liveBytes: retention.liveBytes * factor };
};

/** Ways to ask for more; the factor is 1 or above. */
const HARDER: Readonly<Record<string, (workload: Workload, factor: number) => Partial<Workload>>> = {
  "more load": (w, factor) => ({
    produceBytesPerSec: w.produceBytesPerSec * factor,
    peakProduceBytesPerSec: w.peakProduceBytesPerSec * factor,
  }),
  "a higher peak": (w, factor) => ({ peakProduceBytesPerSec: w.peakProduceBytesPerSec * factor }),
  "more readers": (w, factor) => ({ fanOut: w.fanOut + factor }),
  "more reads from disk": (w, factor) => ({ cacheMissShare: 1 - (1 - w.cacheMissShare) / factor }),
  "longer retention": (w, factor) => ({ retention: longer(w, factor) }),
  "less compression": (w, factor) => ({ compressionRatio: Math.max(1, w.compressionRatio / factor) }),
  "more growth": (w, factor) => ({ growthPerYear: w.growthPerYear + factor - 1 }),
  "a longer horizon": (w, factor) => ({ horizonYears: w.horizonYears * factor }),
  "more consumers": (w, factor) => ({ parallelism: Math.ceil(w.parallelism * factor) }),
  "quicker rebuilding": (w, factor) => ({ rebuildHours: w.rebuildHours / factor }),
  "lower latency": () => ({ latency: "low" }),
  "two failures": () => ({ mayFail: "two-brokers" }),
};

describe("never fewer brokers for", () => {
  for (const [name, harder] of Object.entries(HARDER))
    test(name, () =>
      fc.assert(
        fc.property(workloads(), machines, fc.double({ min: 1, max: 4, noNaN: true }), (workload, machine, factor) => {
          fc.pre(name !== "two failures" || workload.mayFail !== "rack");
          const more = { ...workload, ...harder(workload, factor) };
          assert.ok(brokersOf(more, machine) >= brokersOf(workload, machine));
        }),
        RUNS,
      ),
    );
});

describe("never more brokers for", () => {
  const doubled = (machine: MachineClass): MachineClass => ({
    ...machine,
    cores: machine.cores * 2,
    memoryBytes: machine.memoryBytes * 2,
    networkBytesPerSec: machine.networkBytesPerSec * 2,
    disk: { ...machine.disk, bytesPerSec: machine.disk.bytesPerSec * 2, sizeBytes: machine.disk.sizeBytes * 2 },
  });

  test("machines of twice the size", () =>
    fc.assert(
      fc.property(workloads(), machines, (workload, machine) =>
        assert.ok(brokersOf(workload, doubled(machine)) <= brokersOf(workload, machine)),
      ),
      RUNS,
    ));
});

describe("an answer", () => {
  holds("keeps every resource below its target, with the failure", ({ resources, fits }) => {
    assert.ok(fits);
    assert.deepEqual(resources.map(({ resource }) => resource).toSorted(), RESOURCES.toSorted());
    for (const { resource, utilisation, utilisationAfterFailure, target } of resources) {
      assert.ok(target > 0 && target <= 1, resource);
      assert.ok(utilisationAfterFailure <= target && utilisation <= target, resource);
    }
  });

  holds("is the smallest that fits", ({ workload, machine, brokers }) => {
    assert.ok(sized({ ...workload, brokers }, machine)?.fits, "as many by hand fit as well");
    if (brokers > 1) assert.notEqual(sized({ ...workload, brokers: brokers - 1 }, machine)?.fits, true);
  });

  holds("names one resource that binds, and the next", ({ resources, brokers, binding, nextBinding }) => {
    assert.deepEqual(
      resources.filter((use) => use.binding).map(({ resource }) => resource),
      [binding],
    );
    assert.notEqual(binding, nextBinding);
    const needed = new Map(resources.map((use) => [use.resource, use.brokersNeeded]));
    assert.equal(needed.get(binding), Math.max(...needed.values()));
    assert.ok(needed.get(binding)! <= brokers);
  });

  holds("has replicas enough for its failures", ({ workload, replicationFactor, minInsyncReplicas, ...sizing }) => {
    const failures = { nothing: 0, broker: 1, "two-brokers": 2, rack: 1 }[workload.mayFail];
    assert.ok(replicationFactor >= failures + minInsyncReplicas && minInsyncReplicas > failures);
    assert.ok(sizing.brokers >= replicationFactor);
    assert.ok(sizing.controllers > 2 * failures && sizing.zookeeper > 2 * failures);
  });

  holds("loads its brokers as docs/capacity.md says", ({ workload, replicationFactor: rf, ...sizing }) => {
    const { fanOut, cacheMissShare, compressionRatio, retention } = workload;
    const growth = (1 + workload.growthPerYear) ** workload.horizonYears;
    const write = (workload.peakProduceBytesPerSec / compressionRatio) * growth;
    const average = (workload.produceBytesPerSec / compressionRatio) * growth;
    const copy = {
      time: (ms: number) => average * (ms / 1000),
      size: (bytes: number) => bytes * growth,
      compaction: (liveBytes: number) => liveBytes * 2 * growth,
    };
    const kept = rf * copy[retention.by](Object.values(retention)[1] as number);
    const wanted = (alive: number) => {
      const rebuild = (kept * (1 - alive / sizing.brokers)) / (workload.rebuildHours * 3600);
      return {
        "network-in": (write * rf + rebuild) / alive,
        "network-out": (write * (fanOut + (rf - 1)) + rebuild) / alive,
        "disk-throughput": (write * (rf + fanOut * cacheMissShare) + 2 * rebuild) / alive,
        storage: kept / alive,
        cpu: (write * (rf + (fanOut + (rf - 1)) / 4)) / 20e6 / alive,
      };
    };
    const { brokersLeft, rebuildHours } = sizing.afterFailure;
    for (const [name, load] of Object.entries(wanted(sizing.brokers)))
      close(load, sizing.resources.find(({ resource }) => resource === name)!.needed, name);
    for (const [name, load] of Object.entries(wanted(brokersLeft)))
      close(load, sizing.resources.find(({ resource }) => resource === name)!.neededAfterFailure, name);
    assert.ok(rebuildHours !== null && rebuildHours <= workload.rebuildHours, "it is rebuilt in time");
  });

  holds("spreads all that is kept over the topics", ({ topics, perBroker, brokers }) => {
    const kept = topics.reduce((sum, { storageBytes }) => sum + storageBytes, 0);
    assert.ok(Math.abs(kept / brokers / perBroker.storageBytes - 1) < 1e-6);
  });

  holds("tells a headroom that is there, and ends there", ({ workload, machine, brokers, headroom }) => {
    const grown = (factor: number) => {
      const produceBytesPerSec = workload.produceBytesPerSec * factor;
      const peakProduceBytesPerSec = workload.peakProduceBytesPerSec * factor;
      return brokersOf({ ...workload, produceBytesPerSec, peakProduceBytesPerSec }, machine);
    };
    assert.ok(grown((1 + headroom) * (1 - 1e-6)) <= brokers);
    assert.ok(headroom > 1e6 || grown((1 + headroom) * (1 + 1e-6)) > brokers);
  });

  test("to the utmost that a workload may be is finite, or a refusal", () =>
    fc.assert(
      fc.property(extremes, machines, (workload, machine) =>
        assert.deepEqual(badFigures(sized(workload, machine)), []),
      ),
      RUNS,
    ));

  holds("has finite figures only, none negative", (sizing) => assert.deepEqual(badFigures(sizing), []));

  test("does not depend on the order of topics", () =>
    fc.assert(
      fc.property(workloads(), machines, fc.infiniteStream(fc.nat()), (workload, machine, keys) => {
        const order = workload.topics.map((topic) => ({ topic, key: keys.next().value as number }));
        const topics = order.toSorted((a, b) => a.key - b.key).map(({ topic }) => topic);
        const withoutOrder = (sizing: Sizing | undefined) =>
          sizing && {
            ...sizing,
            workload: undefined,
            topics: sizing.topics.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
          };
        const [one, other] = [workload, { ...workload, topics }].map((w) => withoutOrder(sized(w, machine)));
        assert.deepEqual(other, one);
      }),
      RUNS,
    ));
});

function close(wanted: number, found: number, what: string): void {
  assert.ok(Math.abs(found - wanted) <= 1e-9 * (wanted + 1), `${what}: wanted ${wanted}, found ${found}`);
}

/** What no one could use: only the time of a rebuild that cannot happen may be missing. */
function badFigures(value: unknown, path = ""): string[] {
  const bad = [`${path}: ${value}`];
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? [] : bad;
  if (typeof value === "string") return /NaN|Infinity|undefined|null/.test(value) ? bad : [];
  if (value === null) return path === ".afterFailure.rebuildHours" ? [] : bad;
  if (typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => badFigures(item, `${path}.${key}`));
}
