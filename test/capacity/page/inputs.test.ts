/** What the page's inputs mean, without a page. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { CATALOG, customMachine } from "../../../capacity/catalog.ts";
import type { Texts } from "../../../capacity/page/inputs.ts";
import { fromFragment, toFragment } from "../../../capacity/page/link.ts";
import { commandFrom, INPUTS, type Plan, readPlan, shownInputs } from "../../../capacity/page/plan.ts";
import { PRESET_TEXTS, textsOf } from "../../../capacity/page/texts.ts";
import { PRESETS } from "../../../capacity/presets.ts";
import { defineWorkload, type Workload } from "../../../capacity/workload.ts";
import { workloads } from "../workloads.ts";

function planOf(texts: Texts): Plan {
  const reading = readPlan(texts);
  assert.ok("plan" in reading, JSON.stringify(reading));
  return reading.plan;
}

/** Texts have whole bytes and milliseconds, which a random workload has not. */
const inWhole = (workload: Workload): Workload =>
  JSON.parse(JSON.stringify(workload), (key, value) => (/bytes|^ms$/i.test(key) ? Math.round(value) : value));

function assertClose(found: unknown, wanted: unknown, at = "plan"): void {
  if (typeof wanted === "number")
    assert.ok(Math.abs(Number(found) - wanted) <= 1e-9 + Math.abs(wanted) * 1e-6, `${at}: ${found} for ${wanted}`);
  else if (typeof wanted !== "object" || wanted === null) assert.equal(found, wanted, at);
  else for (const [key, value] of Object.entries(wanted)) assertClose((found as never)[key], value, `${at}.${key}`);
}

describe("inputs and plan", () => {
  for (const [name, { workload, machine }] of Object.entries(PRESETS))
    test(`the texts of preset ${name} are read as that preset`, () => {
      assert.deepEqual(planOf(PRESET_TEXTS[name]!), { workload: { ...workload }, machine: CATALOG[machine] });
    });

  test("the texts of any workload are read as that workload", () => {
    fc.assert(
      fc.property(workloads(), fc.constantFrom(...Object.values(CATALOG)), (workload, machine) => {
        const plan = { workload: inWhole(workload), machine };
        assertClose(planOf(textsOf(plan)), plan);
      }),
      { numRuns: 200 },
    );
  });

  test("what was set by hand, a list of topics and a machine of one's own stay", () => {
    const workload = defineWorkload({
      produceBytesPerSec: 1_234_567,
      ...{ brokers: 7, replicationFactor: 3, minInsyncReplicas: 1, heapBytes: 3 * 2 ** 30 },
      topics: [
        { name: "orders", share: 1 / 3, minPartitions: 48 },
        { name: "clicks", share: 2 / 3, minPartitions: 1 },
      ],
    });
    const figures = { cores: 0.5, memoryBytes: 5e9, networkBytesPerSec: 117_000_001 };
    const machine = customMachine({ ...figures, diskBytesPerSec: 99e6, diskSizeBytes: 1e12, diskKind: "hdd" });
    assert.deepEqual(planOf(textsOf({ workload, machine })), { workload, machine });
  });
});

describe("faults", () => {
  const rows: readonly (readonly [change: Texts, input: string, says: RegExp])[] = [
    [{ produce: "12" }, "produce", /add the unit: 12MB\/s/],
    [{ produce: "" }, "produce", /wanted a rate/],
    [{ peak: "1MB/s" }, "peak", /not below the average/],
    [{ growth: "30" }, "growth", /30%/],
    [{ compression: "0.5" }, "compression", /1 to 1000/],
    [{ retention: "0d" }, "retention", /above 0/],
    [{ retain: "compaction", compact: "7d" }, "compact", /wanted a size/],
    [{ topics: "0" }, "topics", /1 to 100000/],
    [{ topic: "orders=50%, clicks=20%" }, "topic", /100%/],
    [{ brokers: "many" }, "brokers", /whole number/],
    [{ "may-fail": "everything" }, "may-fail", /wanted one of/],
    [{ class: "custom", cores: "0" }, "cores", /above 0/],
    [{ class: "abacus" }, "class", /machine class/],
  ];
  for (const [change, input, says] of rows)
    test(`${JSON.stringify(change)} is wrong at ${input}`, () => {
      const reading = readPlan({ ...PRESET_TEXTS.standard, ...change });
      assert.ok("faults" in reading);
      assert.deepEqual(
        reading.faults.map(({ name }) => name),
        [input],
      );
      assert.match(reading.faults[0]!.message, says);
    });

  test("all at once", () => {
    const reading = readPlan({ ...PRESET_TEXTS.standard, produce: "12", growth: "x", "fan-out": "-1" });
    assert.deepEqual("faults" in reading && reading.faults.map(({ name }) => name), ["produce", "fan-out", "growth"]);
  });
});

describe("sliders", () => {
  for (const { name, control } of INPUTS) {
    if (control.as !== "quantity") continue;
    const { stops, print, read } = control.quantity;
    test(`each stop of ${name} is read as what it is, and they rise`, () => {
      assert.ok(stops.length > 2);
      assert.deepEqual(
        stops.map((stop) => read(print(stop))),
        stops,
      );
      assert.deepEqual(
        stops,
        [...new Set(stops)].sort((a, b) => a - b),
      );
    });
  }
});

describe("link", () => {
  test("a link holds each input that matters, and gives them again", () => {
    const texts = { ...PRESET_TEXTS.durable!, topic: "a=50%:3, b=50%", class: "custom" };
    const link = fromFragment(toFragment(texts));
    for (const { name } of shownInputs(texts)) assert.equal(link?.texts[name], texts[name as keyof typeof texts], name);
    assert.deepEqual(planOf(link?.texts ?? {}), planOf(texts));
  });

  test("what may be empty and is not in the link is empty", () => {
    const empty = { brokers: "", "replication-factor": "", "min-insync-replicas": "", heap: "", topic: "" };
    assert.deepEqual(fromFragment("#peak=1MB%2Fs")?.texts, { ...empty, peak: "1MB/s" });
  });

  test("names that nobody knows are told; an empty address is no link", () => {
    const link = fromFragment("#produce=1MB%2Fs&colour=red");
    assert.deepEqual(link?.unknown, ["colour"]);
    assert.equal(link?.texts.produce, "1MB/s");
    assert.equal(fromFragment(""), undefined);
  });
});

test("the command has a flag for each input that matters, and none for the others", () => {
  const command = commandFrom({ ...PRESET_TEXTS.small!, brokers: "4", topic: "a=50%, b=50%:6" });
  assert.match(command, /^kafka-stacks capacity --produce 1MB\/s --peak 5MB\/s /);
  assert.match(command, / --topic a=50% --topic b=50%:6 --what-if brokers=4$/);
  assert.doesNotMatch(command, /retain |--topics|--keys-partitions|--heap|--cores|--brokers/);
});
