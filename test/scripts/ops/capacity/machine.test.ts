import assert from "node:assert/strict";
import { test } from "node:test";
import { CATALOG } from "../../../../capacity/catalog.ts";
import { type FlagFault, type Flags, formatFault } from "../../../../scripts/ops/capacity/flags.ts";
import { readMachine } from "../../../../scripts/ops/capacity/machine.ts";

function read(flags: Flags) {
  const faults: FlagFault[] = [];
  const machine = readMachine(flags, "m7g.xlarge", faults);
  return { machine, faults: faults.map(formatFault) };
}

const OWN = { cores: "12", memory: "64GiB", network: "10Gbit/s", "disk-rate": "1GB/s", "disk-size": "8TB" };

test("no flag: the usual class", () => assert.equal(read({}).machine, CATALOG["m7g.xlarge"]));

test("--class: a class of the catalogue", () =>
  assert.equal(read({ class: "i3en.2xlarge" }).machine, CATALOG["i3en.2xlarge"]));

test("figures alone make a machine of one's own", () => {
  const { machine, faults } = read({ ...OWN, "disk-kind": "hdd" });
  assert.deepEqual(faults, []);
  assert.equal(machine?.name, "custom");
  assert.deepEqual(
    [machine?.cores, machine?.memoryBytes, machine?.networkBytesPerSec, machine?.disk],
    [12, 64 * 2 ** 30, 1.25e9, { kind: "hdd", bytesPerSec: 1e9, sizeBytes: 8e12 }],
  );
});

test("figures beside a class replace the class's, and the name and source say so", () => {
  const { machine } = read({ class: "m7g.xlarge", "disk-size": "8TB" });
  const base = CATALOG["m7g.xlarge"];
  assert.ok(base);
  assert.deepEqual(machine, {
    ...base,
    name: "m7g.xlarge, changed",
    disk: { ...base.disk, sizeBytes: 8e12 },
    source: `${base.source}; by hand: --disk-size 8TB`,
  });
});

test("every figure that lacks is told at once", () => {
  const { machine, faults } = read({ cores: "4", memory: "8GiB" });
  assert.equal(machine, undefined);
  assert.deepEqual(
    faults.map((fault) => fault.split(":")[0]),
    ["--network", "--disk-rate", "--disk-size"],
  );
  assert.match(faults[0] ?? "", /found nothing; give it, or a class of the catalogue by --class$/);
});

test("a figure that makes no sense", () =>
  assert.deepEqual(read({ ...OWN, cores: "0" }).faults, ["--cores 0: wanted a figure above 0, found 0"]));

for (const [name, next] of [
  ["m7g.xlrge", "did you mean m7g.xlarge?"],
  ["mainframe", "see --list, or give --cores, --memory, --network, --disk-rate and --disk-size"],
  ["constructor", "see --list, or give --cores, --memory, --network, --disk-rate and --disk-size"],
])
  test(`a class that is not there: ${name}`, () =>
    assert.deepEqual(read({ class: name }).faults, [
      `--class ${name}: wanted a machine class of the catalogue, found "${name}"; ${next}`,
    ]));
