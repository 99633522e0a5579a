import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CATALOG } from "../../../../capacity/catalog.ts";
import type { MachineClass } from "../../../../capacity/machine.ts";
import { sizeCluster } from "../../../../capacity/size.ts";
import { defineWorkload, type TopicLoad } from "../../../../capacity/workload.ts";
import { bars } from "../../../../scripts/ops/capacity/bars.ts";
import { compare, compareText } from "../../../../scripts/ops/capacity/compare.ts";
import { hours, percent } from "../../../../scripts/ops/capacity/figures.ts";
import { table, wrap } from "../../../../scripts/ops/capacity/layout.ts";
import { sizingText } from "../../../../scripts/ops/capacity/report.ts";

const machine = CATALOG["m7g.xlarge"] as MachineClass;
const style = { width: 80, unicode: true };
const bar = (utilisation: number, utilisationAfterFailure: number, target = 0.8, binding = false) =>
  bars(
    [
      {
        resource: "cpu",
        utilisation,
        utilisationAfterFailure,
        target,
        binding,
        fits: utilisationAfterFailure <= target,
      },
    ],
    { width: 33, unicode: false },
  )[0];

describe("a bar", () => {
  const drawn: readonly (readonly [bar: string | undefined, wanted: string])[] = [
    [bar(0.2, 0.4), "cpu  ##++....|..    20%    40%"],
    [bar(0.8, 0.8, 0.8, true), "cpu  ########|..    80%    80% *"],
    [bar(0, 0), "cpu  ........|..     0%     0%"],
    [bar(0.001, 0.001), "cpu  #.......|..   0.1%   0.1%"],
    [bar(0.9, 1.5), "cpu  ########|#>    90%   150% !"],
    [bar(1.5, 3, 1), "cpu  #########>|   150%   300% !"],
    [bar(0.6, 0.5), "cpu  ######..|..    60%    50%"],
  ];
  for (const [found, wanted] of drawn) test(wanted, () => assert.equal(found, wanted));

  test("in blocks where the terminal shows them", () => {
    const one = {
      resource: "cpu",
      utilisation: 0.2,
      utilisationAfterFailure: 0.4,
      target: 0.8,
      binding: false,
      fits: true,
    } as const;
    assert.equal(bars([one], { width: 33, unicode: true })[0], "cpu  ██▒▒░░░░│░░    20%    40%");
  });
});

test("figures are never rounded to nothing", () => {
  assert.deepEqual([0, 0.0001, 0.1236, 1, 12.5].map(percent), ["0%", "<0.1%", "12.4%", "100%", "1250%"]);
  assert.deepEqual([0, 0.004, 0.07, 1.25, 1234.5].map(hours), ["0 h", "14.4 s", "4.2 min", "1.25 h", "1235 h"]);
});

test("words go on in the next line, and a long one has a line of its own", () => {
  assert.deepEqual(wrap("one two three four five six", 20, "  "), ["one two three four", "  five six"]);
  assert.deepEqual(wrap(`a ${"x".repeat(30)} b`, 20), ["a", "x".repeat(30), "b"]);
  assert.deepEqual(
    table([{ head: "N", align: "right" }, { head: "WORDS" }], [["10", "aaaaaaaa bbbbbbbb cccccccc"]], 24),
    [" N  WORDS", "10  aaaaaaaa bbbbbbbb", "    cccccccc"],
  );
});

const topics: readonly TopicLoad[] = Array.from({ length: 14 }, (_, i) => ({
  name: `t${i}`,
  share: i === 0 ? 0.35 : 0.05,
  minPartitions: 1,
}));

test("topics that differ are listed, the first of many", () => {
  const text = sizingText(sizeCluster(defineWorkload({ produceBytesPerSec: 1e6, topics }), machine), style);
  assert.match(
    text,
    /^TOPIC +PARTITIONS +A PARTITION +ALL REPLICAS\nt0 +\d+ .*\n(t\d+ .*\n){11}… and 2 more; --json shows all$/m,
  );
});

test("a cluster that is too small says so first, and how many it needs", () => {
  const sizing = sizeCluster(defineWorkload({ produceBytesPerSec: 10e6, brokers: 3 }), machine);
  const text = sizingText(sizing, style);
  assert.match(text, /^3 brokers of m7g\.xlarge do NOT carry it: storage above target; it needs 12\nbrokers\n/);
  assert.match(text, /^storage .* 12 {2}\* !$/m);
});

test("no line is wider than the terminal, and nothing is no number", () => {
  for (const mayFail of ["nothing", "broker", "two-brokers"] as const)
    for (const produceBytesPerSec of [1, 1e5, 1e8]) {
      const text = sizingText(sizeCluster(defineWorkload({ produceBytesPerSec, mayFail }), machine), style);
      assert.deepEqual(
        text.split("\n").filter((line) => line.length > style.width),
        [],
      );
      assert.doesNotMatch(text, /NaN|Infinity|undefined|null/);
    }
});

describe("classes side by side", () => {
  const workload = defineWorkload({ produceBytesPerSec: 500e6 });
  const classes = (...names: string[]) => names.map((name) => CATALOG[name] as MachineClass);

  test("one column each, and what carries nothing says why", () => {
    const text = compareText(compare(workload, classes("i3en.6xlarge", "laptop")), 80);
    assert.match(text, /^CLASS +i3en\.6xlarge\nbrokers +\d+\n/);
    assert.match(text, /\n\nlaptop: .*1000 brokers/);
  });

  test("as many beside each other as the terminal holds", () => {
    const results = compare(workload, classes("i3en.2xlarge", "i3en.3xlarge", "i3en.6xlarge", "r6i.4xlarge"));
    const tables = (width: number) => compareText(results, width).match(/^CLASS .*$/gm);
    assert.equal(tables(120)?.length, 1);
    assert.equal(tables(60)?.length, 2);
    assert.deepEqual(
      compareText(results, 60)
        .split("\n")
        .filter((line) => line.length > 60),
      [],
    );
  });
});
