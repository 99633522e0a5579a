/** Kinds of input that have a slider: how their text is read, how a value is written, and where the slider stops. */
import {
  readCount,
  readHours,
  readNumber,
  readPercent,
  readShare,
  readYears,
} from "../../scripts/ops/capacity/quantities.ts";
import { GiB, KiB, MiB, parseBytes, parseDuration, parseRate, printDuration } from "../units.ts";

export interface Quantity {
  /** @throws UnitError */
  readonly read: (text: string) => number;
  readonly print: (value: number) => string;
  /** Values that the slider offers, rising; a text may say any other. */
  readonly stops: readonly number[];
}

const HOUR_MS = 3_600_000;
const MANTISSAS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** Steps as people choose them: 1, 1.2, 1.5, 2 … of each power of ten from `least` to `most`. */
function decades(least: number, most: number): number[] {
  const powers = Array.from({ length: 17 }, (_, i) => 10 ** i);
  return powers
    .flatMap((power) => MANTISSAS.map((mantissa) => Math.round(mantissa * power)))
    .filter((value) => value >= least && value <= most)
    .filter((value, i, all) => all.indexOf(value) === i);
}

const steps = (least: number, most: number, step = 1): number[] =>
  Array.from({ length: Math.round((most - least) / step) + 1 }, (_, i) => Number((least + i * step).toFixed(6)));

/** Binary sizes, which memory is sold in. */
const doublings = (least: number, most: number): number[] =>
  Array.from({ length: Math.round(Math.log2(most / least)) + 1 }, (_, i) => least * 2 ** i);

/** The largest unit that a value has at most three decimals in, so 1,500,000 is `1.5MB` and 1,048,576 is `1MiB`. */
function inUnits(units: readonly (readonly [name: string, factor: number])[], parse: (text: string) => number) {
  return (value: number): string => {
    const whole = Math.round(value);
    const texts = units
      .filter(([, factor]) => whole >= factor)
      .map(([name, factor]) => `${Number((whole / factor).toFixed(3))}${name}`);
    return texts.find((text) => parse(text) === whole) ?? `${whole}${units.at(-1)?.[0]}`;
  };
}

const SIZES = [
  ["PB", 1e15],
  ["TB", 1e12],
  ["GB", 1e9],
  ["GiB", GiB],
  ["MB", 1e6],
  ["MiB", MiB],
  ["KiB", KiB],
  ["kB", 1e3],
  ["B", 1],
] as const;
const RATES = SIZES.map(([name, factor]) => [`${name}/s`, factor] as const);
/** A text with this unit is refused unless it makes whole bytes, which `inUnits` must not trip over. */
const orNothing =
  (parse: (text: string) => number) =>
  (text: string): number => {
    try {
      return parse(text);
    } catch {
      return -1;
    }
  };
const printRate = inUnits(RATES, orNothing(parseRate));
const printBytes = inUnits(SIZES, orNothing(parseBytes));
const printNetwork = inUnits([["Gbit/s", 125e6], ["Mbit/s", 125e3], ...RATES], orNothing(parseRate));
const printMemory = inUnits([["TiB", 1024 * GiB], ["GiB", GiB], ["MiB", MiB], ...SIZES], orNothing(parseBytes));

/** All digits, and never an exponent, which no flag takes. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/\.?0+$/, "") : text;
}
const percent = (part: number): string => `${decimal(Number((part * 100).toPrecision(15)))}%`;
/** Per cent where they are exact, as they are not of a third. */
export const share = (part: number): string => (readShare(percent(part)) === part ? percent(part) : decimal(part));

const rate = (least: number, most: number): Quantity => ({
  read: parseRate,
  print: printRate,
  stops: decades(least, most),
});
const bytes = (least: number, most: number): Quantity => ({
  read: parseBytes,
  print: printBytes,
  stops: decades(least, most),
});
export const count = (stops: readonly number[]): Quantity => ({ read: readCount, print: String, stops });
const plain = (stops: readonly number[]): Quantity => ({ read: readNumber, print: decimal, stops });

export const RATE = rate(10e3, 20e9);
export const PARTITION_RATE = rate(100e3, 200e6);
export const DISK_RATE = rate(50e6, 20e9);
export const NETWORK: Quantity = {
  read: parseRate,
  print: printNetwork,
  stops: [0.1, 0.5, 1, 2, 2.5, 5, 7.5, 10, 12.5, 15, 20, 25, 40, 50, 75, 100, 200, 400].map((gbit) => gbit * 125e6),
};
export const RECORD = bytes(10, 10e6);
export const KEPT = bytes(1e9, 8e15);
export const DISK = bytes(50e9, 200e12);
export const MEMORY: Quantity = { read: parseBytes, print: printMemory, stops: doublings(2 * GiB, 2048 * GiB) };
export const HEAP: Quantity = { ...MEMORY, stops: doublings(0.25 * GiB, 64 * GiB) };
export const TIME: Quantity = {
  read: parseDuration,
  print: (ms) => printDuration(Math.round(ms)),
  stops: [1, 2, 3, 4, 6, 8, 12, 18]
    .map((hours) => hours * HOUR_MS)
    .concat(
      [1, 1.5, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365].map((day) => day * 24 * HOUR_MS),
    ),
};
export const YEAR: Quantity = { read: readYears, print: (years) => `${decimal(years)}y`, stops: steps(0, 10, 0.5) };
export const HOUR: Quantity = {
  read: readHours,
  print: (hours) => `${decimal(hours)}h`,
  stops: [1, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 72, 96, 120, 168],
};
export const GROWTH: Quantity = { read: readPercent, print: percent, stops: steps(0, 2, 0.05) };
export const SHARE: Quantity = { read: readShare, print: share, stops: steps(0, 1, 0.05) };
export const FACTOR: Quantity = plain(steps(0, 20, 0.5));
export const RATIO: Quantity = plain(steps(1, 10, 0.1));
export const COUNT: Quantity = count([...steps(1, 20), ...decades(25, 5_000)]);
export const CORES: Quantity = plain([1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256]);
