import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  formatBytes,
  formatRate,
  parseBytes,
  parseDays,
  parseDuration,
  parseRate,
  printBytes,
  printDuration,
  printRate,
  UnitError,
} from "../../capacity/units.ts";

/** What is advised instead of a text; undefined where it is read. */
function adviceOf(parse: (text: string) => number, text: string): string | undefined {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof UnitError) return error.next;
    throw error;
  }
  return undefined;
}

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
    [parseBytes, "0.5B", 'wanted a size such as 512MiB, found "0.5B"', "write 1B"],
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
    [parseDuration, "7w", 'wanted a duration such as 7d, found "7w"', "write 49d"],
    [parseRate, "10Gb/s", 'wanted a rate such as 50MB/s, found "10Gb/s"', "write 10GB/s or 10Gbit/s"],
  ];
  for (const [parse, text, message, next] of refused)
    test(`refuses ${text}`, () =>
      assert.throws(
        () => parse(text),
        (error) => error instanceof UnitError && error.message === message && error.next === next,
      ));

  /** Text, and what is offered instead of it: as it is told, and each of it is read. */
  const offers: [(text: string) => number, string, string][] = [
    [parseBytes, "10Gi", "write 10GiB"],
    [parseBytes, "512M", "write 512MiB or 512MB"],
    [parseBytes, "1g", "write 1GiB or 1GB"],
    [parseBytes, "1073741824", "add the unit: 1GiB"],
    [parseBytes, "65536", "add the unit: 64KiB"],
    [parseBytes, "1e9", "write 1GB"],
    [parseBytes, "1_000_000", "add the unit: 1MB"],
    [parseBytes, "1,000,000 bytes", "write 1000000B"],
    [parseBytes, "1,5GiB", "write 1.5GiB"],
    [parseBytes, "10 gigabytes", "write 10GB"],
    [parseRate, "50MBps", "write 50MB/s"],
    [parseRate, "50 MB/sec", "write 50MB/s"],
    [parseRate, "50Mbps", "write 50MB/s or 50Mbit/s"],
    [parseRate, "10Gi", "write 10GiB/s"],
    [parseRate, "50000000", "add the unit: 50MB/s"],
    [parseDuration, "7 days", "write 7d"],
    [parseDuration, "30 min", "write 30m"],
    [parseDuration, "1h30m", "write 90m"],
    [parseDuration, "PT1H", "write 1h"],
    [parseDuration, "1 month", "write 30d"],
    [parseDuration, "604800000", "add the unit: 7d"],
    [parseDays, "365", "add the unit: 365d"],
    [parseDays, "36h", "write 2d"],
    [parseDays, "2 weeks", "write 14d"],
  ];
  for (const [parse, text, next] of offers)
    test(`${text}: ${next}`, () => {
      assert.equal(adviceOf(parse, text), next);
      for (const offer of next.replace(/^(write|add the unit:) /, "").split(" or ")) assert.ok(parse(offer) > 0);
    });

  test("whatever is offered is read", () => {
    const word = fc.stringMatching(
      /^\d{1,12}([.,]\d{1,3})? ?([A-Za-z]{0,5}|[kKMGTP]i?[bB]?(ps|\/s)?|days?|hours?|weeks?)$/,
    );
    fc.assert(
      fc.property(fc.constantFrom(parseBytes, parseRate, parseDuration, parseDays), word, (parse, text) => {
        const next = adviceOf(parse, text);
        const [, offered] = /^(?:write|add the unit:) (?!a number|less)(.*)$/.exec(next ?? "") ?? [];
        for (const offer of offered?.split(" or ") ?? []) {
          const again = adviceOf(parse, offer);
          assert.ok(again === undefined || /^write (less|[\d.]+\w+)/.test(again), `${text} → ${offer} → ${again}`);
        }
      }),
    );
  });

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
