import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { KubernetesPlanned } from "../../../../infra/targets/kubernetes/pools.ts";
import { fits, freeOf, unplaced } from "../../../../infra/targets/kubernetes/preflight/packing.ts";
import { tooLittleRoom } from "../../../../infra/targets/kubernetes/preflight/room.ts";
import type { Demand } from "../../../../infra/targets/kubernetes/preflight/wanted.ts";
import type { Machine } from "../../../../infra/targets/kubernetes/survey/machines.ts";
import { machine, planned, survey } from "./surveyed.ts";

const GiB = 1024 ** 3;
const required = { spread: "required" };
const tainted = { taints: [{ key: "dedicated", value: "db", effect: "NoSchedule" }] };
const tolerant = { tolerations: [{ key: "dedicated", operator: "Equal", value: "db" }] };
const three = (change?: Partial<Machine>, free?: Partial<Machine["allocatable"]>) =>
  ["a", "b", "c"].map((name) => machine(name, change, free));

type Row = readonly [title: string, plan: KubernetesPlanned, machines: readonly Machine[], ...messages: string[]];

const rows: readonly Row[] = [
  ["one machine that has room for all", planned(), [machine("a")]],
  [
    "memory that others have taken",
    planned(),
    [machine("a", { taken: { cpuMillis: 0, memoryBytes: 6.5 * GiB, pods: 0 } })],
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 1: a has 4 CPU and 1.5 GiB free",
  ],
  [
    "processors",
    planned(),
    [machine("a", {}, { cpuMillis: 1_200 })],
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 2: a has 1.2 CPU and 8.0 GiB free",
  ],
  [
    "as many pods as the machine may run",
    planned(),
    [machine("a", { taken: { cpuMillis: 0, memoryBytes: 0, pods: 110 } })],
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 0: a has no place for another pod",
  ],
  [
    "many machines, none with room",
    planned(),
    ["a", "b", "c", "d", "e"].map((name, index) => machine(name, {}, { memoryBytes: (index * GiB) / 10 })),
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 0: e has 4 CPU and 0.4 GiB free, d has 4 CPU and 0.3 GiB free, c has 4 CPU and 0.2 GiB free, and 2 more with less",
  ],
  ["a machine for each", planned(required), three()],
  [
    "fewer machines than nodes that must be apart",
    planned(required),
    [machine("a"), machine("b", { schedulable: false })],
    "wanted 3 machines for 3 pods of brokers (kubernetes.spread: required), found 1 on which they may run; not b (cordoned)",
  ],
  [
    "machines for each, but not with room",
    planned(required),
    [...three({}, { memoryBytes: GiB / 2 }), machine("d")],
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 1: d has 4 CPU and 8.0 GiB free, a has 4 CPU and 0.5 GiB free, b has 4 CPU and 0.5 GiB free, and 1 more with less",
  ],
  [
    "groups that must be apart may share machines with each other",
    planned(required, {}, { controllers: { count: 3, placement: "dedicated" } }),
    three(),
  ],
  [
    "groups that want the same room",
    planned({}, {}, { controllers: { count: 3, placement: "dedicated", memory: "2GiB", cpu: "250m" } }),
    [machine("a")],
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB beside 3 pods of controllers, found it for 2: a has 4 CPU and 8.0 GiB free",
  ],
  [
    "taints",
    planned(),
    three(tainted),
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 0: no machine takes them; not a and 2 more (taint dedicated=db:NoSchedule)",
  ],
  ["taints that are tolerated", planned(tolerant), three(tainted)],
  ["tolerations of everything", planned({ tolerations: [{ operator: "Exists" }] }), three(tainted)],
  [
    "tolerations of another value",
    planned({ tolerations: [{ key: "dedicated", value: "web" }] }),
    [machine("a", tainted)],
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 0: no machine takes them; not a (taint dedicated=db:NoSchedule)",
  ],
  ["taints that only prefer", planned(), three({ taints: [{ key: "k", value: "", effect: "PreferNoSchedule" }] })],
  [
    "labels that no machine has",
    planned({ nodeSelector: { disk: "ssd" } }),
    [machine("a")],
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 0: no machine takes them; not a (no label disk=ssd)",
  ],
  [
    "labels that one has",
    planned({ nodeSelector: { disk: "ssd" } }),
    [...three(), machine("d", { labels: { disk: "ssd" } })],
  ],
  ["racks that are zones", planned(required, { racks: ["a", "b", "c"] }), three()],
  [
    "racks that no machine has as zone",
    planned({}, { racks: ["a", "x", "y"] }),
    three(),
    "brokers.racks: wanted machines whose label topology.kubernetes.io/zone is x, y, found a, b, c",
  ],
  [
    "a rack whose machines are full",
    planned({}, { racks: ["a", "b", "c"] }),
    [machine("a"), machine("b"), machine("c", {}, { memoryBytes: 0 })],
    "wanted room for 3 pods of brokers of 0.5 CPU and 1.0 GiB, found it for 2: c has 4 CPU and 0.0 GiB free; not a and 1 more (not in c)",
  ],
];

describe("what keeps pods from finding a machine, to the letter", () => {
  for (const [title, plan, machines, ...messages] of rows)
    test(title, () => {
      const found = tooLittleRoom(plan, { ...survey, machines });
      assert.deepEqual(
        found.map(({ message }) => message),
        messages,
      );
      for (const { next } of found) assert.match(next, /^[a-z]/);
    });
});

describe("where pods go", () => {
  const rules = planned().kubernetes;
  const demand = (memoryGiB: number): Demand => ({
    group: "brokers",
    rack: null,
    resources: { cpuMillis: 100, memoryBytes: memoryGiB * GiB, pods: 1 },
  });
  const withMemory = (name: string, gib: number) => machine(name, {}, { memoryBytes: gib * GiB });

  test("to the emptiest machine, where the fullest would leave one over", () => {
    // 4 → 7 (3 left), 3 → 5 (2), 3 → 3, 2 → 2; the other way 4 → 5 (1), 3 → 7 (4), 3 → 4 (1), and 2 fits nowhere.
    assert.deepEqual(unplaced([4, 3, 3, 2].map(demand), [withMemory("a", 7), withMemory("b", 5)], rules), []);
  });

  test("to the fullest machine, where the emptiest would leave one over", () => {
    // 5 → 5, 3 → 6 (3 left), 3 → 3; the other way 5 → 6 (1), 3 → 5 (2), and 3 fits nowhere.
    assert.deepEqual(unplaced([5, 3, 3].map(demand), [withMemory("a", 6), withMemory("b", 5)], rules), []);
  });

  test("machines never get more than they have, and one pod alone always finds a machine that has room", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, sizes, (wanted, had) => {
        const machines = had.map((gib, index) => withMemory(`m${index}`, gib));
        const left = unplaced(wanted.map(demand), machines, rules);
        const sum = (amounts: readonly number[]) => amounts.reduce((a, b) => a + b, 0);
        const placed = sum(wanted) - sum(left.map(({ resources }) => resources.memoryBytes / GiB));
        assert.ok(placed <= sum(had));
        const largest = machines.toSorted((a, b) => freeOf(b).memoryBytes - freeOf(a).memoryBytes)[0];
        // A single pod is left over only when no machine has room for it.
        if (wanted.length === 1 && largest)
          assert.equal(left.length === 0, fits(demand(wanted[0]!).resources, freeOf(largest)));
      }),
    );
  });

  test("room that adds up to enough for pods of one size is found", () => {
    const counts = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 4 }), (slots, size) => {
        const machines = slots.map((count, index) => withMemory(`m${index}`, count * size + (index % size)));
        const total = slots.reduce((a, b) => a + b, 0);
        const pods = Array.from({ length: total + 1 }, () => demand(size));
        assert.equal(unplaced(pods, machines, rules).length, 1, "all but the one too many");
      }),
    );
  });
});
