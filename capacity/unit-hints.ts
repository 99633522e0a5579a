/**
 * What was probably meant by a quantity that is not one: `10Gi`, `512M`, `1073741824`, `1e9`, `7 days`, `PT1H`. Pure; every
 * spelling that is offered is one that units.ts reads.
 */

/** How a kind of quantity is written, as far as a hint must know it. */
export interface Spelling {
  /** Factors of the units that are read. */
  readonly units: Readonly<Record<string, number>>;
  /** Other names of those units and of some that are not read, in lower case; a name may mean more than one. */
  readonly aliases: Readonly<Record<string, readonly (readonly [factor: number, unit: string])[]>>;
  /** Written after the unit: `/s` for rates. */
  readonly suffix: string;
  /** What a number without unit may have been, in these units: its own smallest, and larger ones. */
  readonly bare: readonly string[];
  /** From here on a bare number is taken to be in the first of `bare` only. */
  readonly surelyFirst: number;
  /** A whole value in the shortest way that loses nothing. */
  print(value: number): string;
}

type Aliases = Spelling["aliases"];

const named = (unit: string, ...names: readonly string[]): Aliases =>
  Object.fromEntries(names.map((name) => [name, [[1, unit]]]));

/** Kubernetes writes 10Gi, Java 512M: a bare letter may be either unit. */
const letter = (name: string, binary: string, decimal: string): Aliases => ({
  [name]: [
    [1, binary],
    [1, decimal],
  ],
  ...named(binary, `${name}i`, `${name}io`),
});

export const BYTE_ALIASES: Aliases = Object.freeze({
  ...letter("k", "KiB", "kB"),
  ...letter("m", "MiB", "MB"),
  ...letter("g", "GiB", "GB"),
  ...letter("t", "TiB", "TB"),
  ...letter("p", "PiB", "PB"),
  ...named("B", "byte", "bytes"),
  ...named("kB", "kilobyte", "kilobytes"),
  ...named("MB", "megabyte", "megabytes"),
  ...named("GB", "gigabyte", "gigabytes"),
  ...named("TB", "terabyte", "terabytes"),
  ...named("KiB", "kibibyte", "kibibytes"),
  ...named("MiB", "mebibyte", "mebibytes"),
  ...named("GiB", "gibibyte", "gibibytes"),
  ...named("TiB", "tebibyte", "tebibytes"),
});

export const BIT_ALIASES: Aliases = Object.freeze({
  ...named("kbit", "kbits"),
  ...named("Mbit", "mbits"),
  ...named("Gbit", "gbits"),
});

export const TIME_ALIASES: Aliases = Object.freeze({
  ...named("ms", "msec", "msecs", "millis", "millisecond", "milliseconds"),
  ...named("s", "sec", "secs", "second", "seconds"),
  ...named("m", "min", "mins", "minute", "minutes"),
  ...named("h", "hr", "hrs", "hour", "hours"),
  ...named("d", "day", "days"),
  ...named("y", "yr", "yrs", "year", "years"),
  w: [[7, "d"]],
  week: [[7, "d"]],
  weeks: [[7, "d"]],
  month: [[30, "d"]],
  months: [[30, "d"]],
});

/** @returns what may be written instead, the likeliest first; empty when nothing is likely. */
export function spellingsFor(text: string, kind: Spelling): string[] {
  const written = text.trim();
  const parts = isoParts(written) ?? partsOf(written);
  if (!parts) return [];
  if (parts.length > 1) return whole(sumOf(parts, kind), kind);
  const [{ number, unit }] = parts as [Part];
  return unit === "" ? bare(number, kind) : withUnit(number, unit, kind);
}

interface Part {
  readonly number: string;
  readonly unit: string;
}

/** `1h30m`, `1 h 30 min`, `10Gi`; undefined where anything else stands between. */
function partsOf(text: string): Part[] | undefined {
  const part =
    /\s*(\d[\d_,]*(?:\.\d+)?(?:e\+?\d+)?)\s*([A-Za-zµ]*(?:\s*(?:\/|\bper\b)\s*[A-Za-z]+)?)\.?\s*(?:,|and)?/iy;
  const found: Part[] = [];
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (!match) return undefined;
    found.push({ number: plainNumber(match[1] ?? ""), unit: (match[2] ?? "").replace(/\s+/g, "") });
  }
  return found.length > 0 && found.every(({ unit }) => unit !== "" || found.length === 1) ? found : undefined;
}

/** Durations as ISO 8601 has them, in days, hours, minutes and seconds. */
function isoParts(text: string): Part[] | undefined {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text);
  const found = (match?.slice(1) ?? []).flatMap((number, index) => {
    const unit = ["w", "d", "h", "m", "s"][index];
    return number === undefined || unit === undefined ? [] : [{ number, unit }];
  });
  return found.length > 0 ? found : undefined;
}

/** `1,000` and `1_000` are a thousand, `1,5` is one and a half, `1e9` is written out. */
function plainNumber(text: string): string {
  const grouped = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text.replace(",", ".");
  const joined = grouped.replaceAll("_", "");
  const exponent = /e/i.test(joined) ? Number(joined) : undefined;
  return exponent !== undefined && Number.isSafeInteger(exponent) ? String(exponent) : joined;
}

function bare(number: string, kind: Spelling): string[] {
  const value = Number(number);
  if (!Number.isFinite(value)) return [];
  const units = value >= kind.surelyFirst ? kind.bare.slice(0, 1) : kind.bare.slice(kind.bare.length > 2 ? 1 : 0);
  return units.flatMap((unit) => {
    const factor = kind.units[unit] ?? 1;
    return value >= kind.surelyFirst ? whole(value * factor, kind) : [`${number}${unit}${kind.suffix}`];
  });
}

function withUnit(number: string, unit: string, kind: Spelling): string[] {
  const name = nameOf(unit, kind);
  const names = Object.keys(kind.units);
  const exact = names.filter((known) => known === name);
  const lower = name.toLowerCase();
  const meant = exact.length > 0 ? exact : names.filter((known) => [lower, `${lower}it`].includes(known.toLowerCase()));
  if (meant.length > 0) return meant.map((known) => `${number}${known}${kind.suffix}`);
  const aliased = kind.aliases[name] ?? kind.aliases[lower] ?? [];
  return aliased.flatMap(([factor, known]) =>
    factor === 1
      ? [`${number}${known}${kind.suffix}`]
      : whole(Number(number) * factor * (kind.units[known] ?? Number.NaN), kind),
  );
}

/** Without how a rate's second was written: `Mbps`, `MB/sec`, `MB per second`. */
function nameOf(unit: string, { suffix }: Spelling): string {
  const name = unit.replace(/(\/|per)s(ec(onds?)?)?$/i, "");
  return suffix === "" ? name : name.replace(/(?<=b|it|B|bytes?)ps$/, "");
}

function sumOf(parts: readonly Part[], kind: Spelling): number {
  return parts.reduce((sum, { number, unit }) => {
    const names = [unit, unit.toLowerCase()];
    const known = names.find((name) => Object.hasOwn(kind.units, name));
    const [factor, alias] = names.flatMap((name) => kind.aliases[name] ?? [])[0] ?? [];
    const value = known ? kind.units[known] : (factor ?? Number.NaN) * (kind.units[alias ?? ""] ?? Number.NaN);
    return sum + Number(number) * (value ?? Number.NaN);
  }, 0);
}

const whole = (value: number, kind: Spelling): string[] =>
  Number.isSafeInteger(Math.round(value)) ? [kind.print(Math.round(value))] : [];
