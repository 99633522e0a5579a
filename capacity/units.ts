import { BIT_ALIASES, BYTE_ALIASES, type Spelling, spellingsFor, TIME_ALIASES } from "./unit-hints.ts";

/**
 * Sizes, rates and durations as people write them, turned into plain numbers: bytes, bytes per second, milliseconds.
 *
 * Decimal and binary units are different everywhere: 1 MB is 1,000,000 bytes, 1 MiB is 1,048,576 (IEC 80000-13). A bare
 * number is refused, because nobody can tell whether `512` was meant as bytes, MB or MiB.
 */

export const KiB = 1024;
export const MiB = 1024 ** 2;
export const GiB = 1024 ** 3;
export const TiB = 1024 ** 4;

const DAY_MS = 86_400_000;

const BYTES: Readonly<Record<string, number>> = Object.freeze({
  B: 1,
  kB: 1e3,
  KiB,
  MB: 1e6,
  MiB,
  GB: 1e9,
  GiB,
  TB: 1e12,
  TiB,
  PB: 1e15,
  PiB: 1024 ** 5,
});

/** Networks are sold in bits; they are read, and told in bytes. */
const BITS: Readonly<Record<string, number>> = Object.freeze({ kbit: 125, Mbit: 125_000, Gbit: 125_000_000 });

const MILLISECONDS: Readonly<Record<string, number>> = Object.freeze({
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  y: 365 * DAY_MS,
});

/** A text that is no quantity of the wanted kind. */
export class UnitError extends Error {
  override readonly name = "UnitError";
  /** What to write instead, starting with a verb. */
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.next = next;
  }
}

interface Kind extends Omit<Spelling, "print" | "units"> {
  /** For example `a size such as 512MiB`. */
  readonly wanted: string;
  readonly units: Readonly<Record<string, number>>;
  /** Understood, but not printed. */
  readonly alsoRead?: Readonly<Record<string, number>>;
}

const SIZE: Kind = {
  wanted: "a size such as 512MiB",
  units: BYTES,
  suffix: "",
  aliases: BYTE_ALIASES,
  bare: ["B", "MiB", "GiB"],
  surelyFirst: 64 * KiB,
};
const RATE: Kind = {
  wanted: "a rate such as 50MB/s",
  units: BYTES,
  alsoRead: BITS,
  suffix: "/s",
  aliases: { ...BYTE_ALIASES, ...BIT_ALIASES },
  bare: ["B", "MB", "MiB"],
  surelyFirst: 100_000,
};
const DURATION: Kind = {
  wanted: "a duration such as 7d",
  units: MILLISECONDS,
  suffix: "",
  aliases: TIME_ALIASES,
  bare: ["ms", "s"],
  surelyFirst: 10_000_000,
};

/** `10GiB` → bytes. @throws UnitError unless it is a whole, non-negative number of bytes with its unit. */
export const parseBytes = (text: string): number => parse(text, SIZE);

/** `50MB/s` or `10Gbit/s` → bytes per second. @throws UnitError */
export const parseRate = (text: string): number => parse(text, RATE);

/** `7d`, `12h`, `5m`, `30s`, `500ms` → milliseconds. @throws UnitError */
export const parseDuration = (text: string): number => parse(text, DURATION);

/** `30d` or `1y` → whole days. @throws UnitError for anything else, with a bare number taken for days. */
export function parseDays(text: string): number {
  const fail = (next: string) => new UnitError(`wanted whole days such as 30d, found ${JSON.stringify(text)}`, next);
  if (/^\s*\d+\s*$/.test(text)) throw fail(`add the unit: ${Number(text)}d`);
  try {
    const days = parse(text, DURATION) / DAY_MS;
    if (Number.isInteger(days)) return days;
    throw fail(`write ${Math.ceil(days)}d`);
  } catch (error) {
    throw error instanceof UnitError ? fail(error.next) : error;
  }
}

/** Bytes in the unit that needs the smallest whole number: 1,500,000 → `1500kB`, 1,048,576 → `1MiB`. */
export const printBytes = (bytes: number): string => print(bytes, SIZE);

/** Bytes per second, as `printBytes`. */
export const printRate = (bytesPerSecond: number): string => print(bytesPerSecond, RATE);

/** Milliseconds in the largest unit that divides them: 604,800,000 → `7d`. */
export const printDuration = (ms: number): string => print(ms, DURATION);

const DECIMAL = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** For reading only: three digits in a decimal unit, 217,728,000,000,000 → `218 TB`. @throws RangeError unless finite. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) throw new RangeError(`${bytes} is not a finite, non-negative number`);
  const digits = Number(bytes.toPrecision(3));
  const power = Math.min(DECIMAL.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, digits)) / 3)));
  return `${Number((digits / 1000 ** power).toPrecision(3))} ${DECIMAL[power]}`;
}

/** Bytes per second, as {@link formatBytes}: `691 MB/s`. */
export const formatRate = (bytesPerSecond: number): string => `${formatBytes(bytesPerSecond)}/s`;

function parse(text: string, kind: Kind): number {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*(?:\/s)?)\s*$/.exec(text) ?? [];
  const fail = (next: string) => new UnitError(`wanted ${kind.wanted}, found ${JSON.stringify(text)}`, next);
  if (/^\s*[-−]\s*[\d.]/.test(text)) throw fail("write a number that is not negative");
  const units = { ...kind.units, ...kind.alsoRead };
  const factor = unit?.endsWith(kind.suffix) ? units[unit.slice(0, unit.length - kind.suffix.length)] : undefined;
  if (digits === undefined || factor === undefined) throw fail(adviceFor(text, kind));
  // Rounding undoes the binary fraction of 1.1 × 1000; the comparison then refuses what is not whole, such as 0.5B.
  const value = Math.round(Number(digits) * factor);
  if (!Number.isSafeInteger(value)) throw fail(`write less than ${Number.MAX_SAFE_INTEGER} in the smallest unit`);
  if (Math.abs(value - Number(digits) * factor) > 1e-6 * factor) throw fail(`write ${print(value, kind)}`);
  return value;
}

/** What to write instead of a text that is not of this kind; what it offers can be pasted. */
function adviceFor(text: string, kind: Kind): string {
  const units = { ...kind.units, ...kind.alsoRead };
  const spellings = Object.keys(units).map((name) => name + kind.suffix);
  const meant = spellingsFor(text, { ...kind, units, print: (value) => print(value, kind) });
  if (meant.length > 0) return `${/^\s*[\d_,.]+\s*$/.test(text) ? "add the unit:" : "write"} ${meant.join(" or ")}`;
  return `write a number and one of ${spellings.join(", ")}`;
}

function print(value: number, kind: Kind): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole, non-negative number`);
  const whole = Object.entries(kind.units).filter(([, factor]) => value % factor === 0);
  const [unit, factor] = whole.reduce((best, next) => (next[1] > best[1] ? next : best));
  return value === 0 ? `0${whole[0]?.[0]}${kind.suffix}` : `${value / factor}${unit}${kind.suffix}`;
}
