import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  formatBytes,
  formatRate,
  parseBytes,
  parseDuration,
  parseRate,
  printBytes,
  printDuration,
  printRate,
  UnitError,
} from "../../capacity/units.ts";

describe("units", () => {
  const values: [(text: string) => number, string, number][] = [
    [parseBytes, "0B", 0],
    [parseBytes, "512MiB", 536_870_912],
    [parseBytes, "512MB", 512_000_000],
    [parseBytes, "1.5GiB", 1_610_612_736],
    [parseBytes, "1.1kB", 1100],
    [parseBytes, "2 TiB", 2_199_023_255_552],
    [parseRate, "50MB/s", 50_000_000],
    [parseRate, "50MiB/s", 52_428_800],
    [parseRate, "10Gbit/s", 1_250_000_000],
    [parseDuration, "7d", 604_800_000],
    [parseDuration, "2y", 63_072_000_000],
    [parseDuration, "12h", 43_200_000],
    [parseDuration, "5m", 300_000],
    [parseDuration, "30s", 30_000],
    [parseDuration, "500ms", 500],
  ];
  for (const [parse, text, value] of values) test(text, () => assert.equal(parse(text), value));

  const refused: [(text: string) => number, string, string, string][] = [
    [parseBytes, "512", 'wanted a size such as 512MiB, found "512"', "add the unit: 512MiB or 512GiB"],
    [parseBytes, "-5GB", 'wanted a size such as 512MiB, found "-5GB"', "write a number that is not negative"],
    [parseBytes, "5gb", 'wanted a size such as 512MiB, found "5gb"', "write 5GB"],
    [parseBytes, "5MB/s", 'wanted a size such as 512MiB, found "5MB/s"', "write 5MB"],
    [parseBytes, "0.5B", 'wanted a size such as 512MiB, found "0.5B"', "use a smaller unit and a whole number"],
    [
      parseBytes,
      "much",
      'wanted a size such as 512MiB, found "much"',
      "write a number and one of B, kB, KiB, MB, MiB, GB, GiB, TB, TiB, PB, PiB",
    ],
    [
      parseBytes,
      "9999TiB",
      'wanted a size such as 512MiB, found "9999TiB"',
      "write less than 9007199254740991 in the smallest unit",
    ],
    [parseRate, "50", 'wanted a rate such as 50MB/s, found "50"', "add the unit: 50MB/s or 50MiB/s"],
    [parseRate, "50MB", 'wanted a rate such as 50MB/s, found "50MB"', "write 50MB/s"],
    [parseDuration, "7", 'wanted a duration such as 7d, found "7"', "add the unit: 7ms or 7s"],
    [parseDuration, "7w", 'wanted a duration such as 7d, found "7w"', "use one of the units ms, s, m, h, d, y"],
    [parseRate, "10Gb/s", 'wanted a rate such as 50MB/s, found "10Gb/s"', "write 10GB/s or 10Gbit/s"],
  ];
  for (const [parse, text, message, next] of refused)
    test(`refuses ${text}`, () =>
      assert.throws(
        () => parse(text),
        (error) => error instanceof UnitError && error.message === message && error.next === next,
      ));

  const pairs = [
    [parseBytes, printBytes],
    [parseRate, printRate],
    [parseDuration, printDuration],
  ] as const;
  for (const [parse, print] of pairs)
    test(`${parse.name} reads what ${print.name} wrote`, () =>
      fc.assert(fc.property(fc.maxSafeNat(), (value) => parse(print(value)) === value)));

  test("the largest unit that divides is printed", () => {
    assert.deepEqual([1_048_576, 1_000_000, 1_024_000, 1500, 0].map(printBytes), [
      "1MiB",
      "1MB",
      "1000KiB",
      "1500B",
      "0B",
    ]);
    assert.deepEqual([604_800_000, 90_000, 1].map(printDuration), ["7d", "90s", "1ms"]);
  });

  test("a figure for reading is within half a percent of what it stands for", () => {
    assert.deepEqual([0, 999, 1000, 217_728e9, 691_200_000].map(formatBytes), [
      "0 B",
      "999 B",
      "1 kB",
      "218 TB",
      "691 MB",
    ]);
    assert.equal(formatRate(1.25e9), "1.25 GB/s");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e15 }), (value) => {
        assert.ok(Math.abs(parseBytes(formatBytes(value)) / value - 1) <= 0.005);
      }),
    );
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1]) assert.throws(() => formatBytes(bad), RangeError);
  });
});
