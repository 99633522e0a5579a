import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PRESETS } from "../../../../capacity/presets.ts";
import { defineWorkload, evenTopics, type Workload } from "../../../../capacity/workload.ts";
import { type FlagFault, type Flags, formatFault } from "../../../../scripts/ops/capacity/flags.ts";
import { readWorkload } from "../../../../scripts/ops/capacity/workload.ts";

function read(flags: Flags, preset?: Workload) {
  const faults: FlagFault[] = [];
  const workload = readWorkload(flags, preset, faults);
  return { workload, faults: faults.map(formatFault) };
}

const DAY = 86_400_000;

/** What a flag sets, beside `--produce 10MB/s`. */
const meanings: readonly (readonly [flags: Flags, sets: Partial<Workload>])[] = [
  [{}, { produceBytesPerSec: 10e6, peakProduceBytesPerSec: 10e6 }],
  [{ peak: "250MB/s" }, { peakProduceBytesPerSec: 250e6 }],
  [{ peak: "16 MiB/s" }, { peakProduceBytesPerSec: 16 * 2 ** 20 }],
  [{ "record-size": "1KiB" }, { recordBytes: 1024 }],
  [{ "fan-out": "2.5" }, { fanOut: 2.5 }],
  [{ consume: "30MB/s" }, { fanOut: 3 }],
  [{ consume: "0MB/s" }, { fanOut: 0 }],
  [{ "cache-miss": "0.25" }, { cacheMissShare: 0.25 }],
  [{ "cache-miss": "25%" }, { cacheMissShare: 0.25 }],
  [{ "cache-miss": "1" }, { cacheMissShare: 1 }],
  [{ retention: "36h" }, { retention: { by: "time", ms: 1.5 * DAY } }],
  [{ "retention-size": "2TB" }, { retention: { by: "size", bytes: 2e12 } }],
  [{ compact: "50GiB" }, { retention: { by: "compaction", liveBytes: 50 * 2 ** 30 } }],
  [{ compression: "2.5" }, { compressionRatio: 2.5 }],
  [{ growth: "30%" }, { growthPerYear: 0.3 }],
  [{ growth: "150%" }, { growthPerYear: 1.5 }],
  [{ horizon: "2y" }, { horizonYears: 2 }],
  [{ horizon: "73d" }, { horizonYears: 0.2 }],
  [{ topics: "20" }, { topics: evenTopics(20) }],
  [{ topics: "2", "keys-partitions": "8" }, { topics: evenTopics(2, 8) }],
  [{ "keys-partitions": "8" }, { topics: evenTopics(1, 8) }],
  [
    { topic: ["orders=60%", "clicks=0.3:12", "rest"], "keys-partitions": "3" },
    {
      topics: [
        { name: "orders", share: 0.6, minPartitions: 3 },
        { name: "clicks", share: 0.3, minPartitions: 12 },
        { name: "rest", share: 1 - (0.6 + 0.3), minPartitions: 3 },
      ],
    },
  ],
  [{ topic: ["all:6"] }, { topics: [{ name: "all", share: 1, minPartitions: 6 }] }],
  [{ parallelism: "24" }, { parallelism: 24 }],
  [{ "partition-produce": "5MB/s" }, { partitionProduceBytesPerSec: 5e6 }],
  [{ "partition-consume": "80Mbit/s" }, { partitionConsumeBytesPerSec: 10e6 }],
  [{ "may-fail": "two-brokers" }, { mayFail: "two-brokers" }],
  [{ racks: "3" }, { racks: 3 }],
  [{ latency: "low" }, { latency: "low" }],
  [{ rebuild: "90m" }, { rebuildHours: 1.5 }],
  [
    { "replication-factor": "4", "min-insync-replicas": "2" },
    { replicationFactor: 4, minInsyncReplicas: 2 },
  ],
  [{ heap: "6GiB" }, { heapBytes: 6 * 2 ** 30 }],
  [{ "what-if": "brokers=5" }, { brokers: 5 }],
];

describe("a flag sets its property of the workload and nothing else", () => {
  for (const [flags, sets] of meanings)
    test(JSON.stringify(flags), () => {
      const { workload, faults } = read({ produce: "10MB/s", ...flags });
      assert.deepEqual(faults, []);
      assert.deepEqual(workload, defineWorkload({ produceBytesPerSec: 10e6, ...sets }));
    });
});

describe("flags win over the preset", () => {
  const preset = PRESETS.standard.workload;

  test("what they do not say is the preset's", () =>
    assert.deepEqual(read({ growth: "10%" }, preset).workload, { ...preset, growthPerYear: 0.1 }));

  test("another rate keeps the proportion of the peak", () => {
    const { workload } = read({ produce: "24MB/s" }, preset);
    assert.deepEqual(workload, { ...preset, produceBytesPerSec: 24e6, peakProduceBytesPerSec: 80e6 });
  });

  test("unless the peak is given too", () => {
    const { workload } = read({ produce: "24MB/s", peak: "25MB/s" }, preset);
    assert.equal(workload?.peakProduceBytesPerSec, 25e6);
  });

  test("partitions by keys are set for the preset's own topics", () =>
    assert.deepEqual(read({ "keys-partitions": "7" }, preset).workload?.topics, evenTopics(50, 7)));
});

/** Flags, and everything that is said about them. */
const mistakes: readonly (readonly [flags: Flags, said: readonly string[]])[] = [
  [
    {},
    [
      "--produce: wanted what applications write, or a preset to take it from, found neither; write for example --produce 100MB/s or --preset standard; --list shows the presets",
    ],
  ],
  [{ produce: "100" }, ['--produce 100: wanted a rate such as 50MB/s, found "100"; add the unit: 100MB/s or 100MiB/s']],
  [
    { produce: "1MB/s", growth: "30" },
    ['--growth 30: wanted a part such as 30%, found "30"; add the per cent sign: 30%'],
  ],
  [
    { produce: "1MB/s", growth: "-5%" },
    ['--growth -5%: wanted a part such as 30%, found "-5%"; write a number that is not negative'],
  ],
  [{ produce: "1MB/s", racks: "2.5" }, ['--racks 2.5: wanted a whole number, found "2.5"; write only digits']],
  [{ produce: "1MB/s", "fan-out": "x" }, ['--fan-out x: wanted a number, found "x"; write only digits']],
  [
    { produce: "1MB/s", "may-fail": "disk" },
    ['--may-fail disk: wanted one of broker, two-brokers, rack, nothing, found "disk"; write one of these'],
  ],
  [
    { produce: "1MB/s", "fan-out": "1", consume: "1MB/s" },
    ["--fan-out 1 --consume 1MB/s: wanted one of --fan-out, --consume, found 2; leave the others out"],
  ],
  [
    { produce: "1MB/s", retention: "7d", compact: "1GB" },
    [
      "--retention 7d --compact 1GB: wanted one of --retention, --retention-size, --compact, found 2; leave the others out",
    ],
  ],
  [
    { produce: "1MB/s", topics: "2", topic: ["a"] },
    ["--topics 2 --topic a: wanted one of --topics, --topic, found 2; leave the others out"],
  ],
  [{ produce: "1MB/s", topics: "0" }, ["--topics 0: wanted 1 to 100000 topics, found 0; write 1 to 100000"]],
  [
    { produce: "1MB/s", topic: ["a=60%", "b=30%"] },
    [
      "--topic a=60% --topic b=30%: wanted 100% together, found 90%; change them, or leave one without a part: it gets the rest",
    ],
  ],
  [
    { produce: "1MB/s", topic: ["a=100%", "b"] },
    [
      "--topic a=100% --topic b: wanted less than 100%, as topics without a part share the rest, found 100%; lower them",
    ],
  ],
  [{ produce: "1MB/s", topic: ["a", "a"] }, ["--topic a: wanted each topic once, found it again; take one out"]],
  [
    { produce: "1MB/s", topic: ["bad name=10%"] },
    [
      '--topic bad name=10%: wanted NAME, NAME=PART or NAME=PART:PARTITIONS, found "bad name=10%"; write for example orders=60%; a name has letters, digits, dot, underscore and hyphen',
    ],
  ],
  [
    { produce: "1MB/s", "what-if": "racks=2" },
    ['--what-if racks=2: wanted brokers=COUNT, found "racks=2"; write for example brokers=5'],
  ],
];

describe("a mistake is told by the flag's name, as it was written", () => {
  for (const [flags, said] of mistakes)
    test(JSON.stringify(flags), () => {
      const { workload, faults } = read(flags);
      assert.deepEqual(faults, said);
      assert.equal(workload, undefined);
    });
});

test("what the model refuses is told of the flag, too, and all at once with what cannot be read", () => {
  const flags = { produce: "2MB/s", peak: "1MB/s", compression: "0.5", horizon: "30y", heap: "1MiB", growth: "7" };
  const { workload, faults } = read(flags);
  assert.equal(workload, undefined);
  assert.deepEqual(
    faults.map((fault) => fault.split(":")[0]),
    ["--growth 7", "--peak 1MB/s", "--compression 0.5", "--horizon 30y", "--heap 1MiB"],
  );
});

test("a rate that cannot be read makes no other flag look wrong", () => {
  const { faults } = read({ produce: "fast", peak: "1MB/s", consume: "3MB/s" });
  assert.deepEqual(faults.length, 1);
  assert.match(faults[0] ?? "", /^--produce fast: /);
});
