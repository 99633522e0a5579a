import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AWS } from "../../capacity/catalog/aws.ts";
import { AZURE } from "../../capacity/catalog/azure.ts";
import { GOOGLE } from "../../capacity/catalog/google.ts";
import { OWN } from "../../capacity/catalog/own.ts";
import { CATALOG, customMachine, DISK_KINDS } from "../../capacity/catalog.ts";
import { CapacityError } from "../../capacity/errors.ts";
import type { MachineClass } from "../../capacity/machine.ts";
import { parseRate } from "../../capacity/units.ts";

const figures = ({ cores, memoryBytes, networkBytesPerSec, disk }: MachineClass) => [
  cores,
  memoryBytes,
  networkBytesPerSec,
  disk.bytesPerSec,
  disk.sizeBytes,
];

describe("catalog", () => {
  test("each class is found by its name, and none hides another", () => {
    assert.equal(Object.keys(CATALOG).length, AWS.length + AZURE.length + GOOGLE.length + OWN.length);
    for (const [key, { name }] of Object.entries(CATALOG)) assert.equal(name, key);
    assert.equal(CATALOG.constructor, undefined, "a word of the language is no machine");
  });

  for (const machine of Object.values(CATALOG))
    test(`${machine.name} has figures and a source`, () => {
      for (const figure of figures(machine)) assert.ok(figure > 0 && Number.isSafeInteger(figure), `${figure}`);
      assert.match(machine.source, /documentation|guide|assumed/);
      assert.ok(machine.provider && DISK_KINDS.includes(machine.disk.kind));
    });

  // Each from its seller's page, apart from the units that the catalogue is written in.
  const published: readonly (readonly [name: string, ...figures: number[]])[] = [
    ["m7g.large", 2, 8 * 2 ** 30, 117_125_000, 78_750_000, 2 ** 40],
    ["i4i.2xlarge", 8, 64 * 2 ** 30, 585_875_000, 110_000 * 4096, 1_875e9],
    ["i3en.6xlarge", 24, 192 * 2 ** 30, 3_125_000_000, 400_000 * 4096, 2 * 7_500e9],
    ["n2-standard-8", 8, 32 * 2 ** 30, 2_000_000_000, 800 * 2 ** 20, 2 * 2 ** 40],
    ["D8s_v5", 8, 32 * 2 ** 30, 1_562_500_000, 290e6, 4 * 2 ** 40],
    ["bare-metal-12-hdd", 24, 64 * 2 ** 30, 1_250_000_000, 1_200e6, 12e12],
  ];
  for (const [name, ...wanted] of published)
    test(`${name} is what its seller says`, () => assert.deepEqual(figures(CATALOG[name]!), wanted));

  test("no network disk is quicker than what its kind of volume can be", () => {
    const most: Readonly<Record<string, string>> = { AWS: "1000MiB/s", "Google Cloud": "1200MiB/s", Azure: "1000MB/s" };
    for (const { name, provider, disk } of Object.values(CATALOG))
      if (disk.kind === "network") assert.ok(disk.bytesPerSec <= parseRate(most[provider]!), name);
  });
});

describe("custom machine", () => {
  const good = { cores: 2.5, memoryBytes: 16e9, networkBytesPerSec: 1e9, diskBytesPerSec: 2e8, diskSizeBytes: 1e12 };

  test("is the class that was described", () => {
    const machine = customMachine({ ...good, diskKind: "hdd" });
    assert.deepEqual(figures(machine), Object.values(good));
    assert.deepEqual([machine.name, machine.disk.kind, customMachine(good).disk.kind], ["custom", "hdd", "ssd"]);
  });

  test("tells everything that is wrong at once", () => {
    const bad = {
      cores: 0,
      memoryBytes: Number.NaN,
      networkBytesPerSec: Number.POSITIVE_INFINITY,
      diskBytesPerSec: -1,
    };
    assert.throws(
      () => customMachine({ ...good, ...bad, diskKind: "tape" }),
      (error) => {
        assert.ok(error instanceof CapacityError);
        assert.deepEqual(
          error.faults.map(({ key, message }) => `${key}: ${message}`),
          [
            "cores: wanted a figure above 0, found 0",
            "memoryBytes: wanted a figure above 0, found NaN",
            "networkBytesPerSec: wanted a figure above 0, found Infinity",
            "diskBytesPerSec: wanted a figure above 0, found -1",
            "diskKind: wanted nvme, ssd, hdd, network, found tape",
          ],
        );
        return true;
      },
    );
  });
});
