/** Figures of the command line that are no sizes, rates or durations of `capacity/units.ts`, read as strictly. */
import { parseDuration, UnitError } from "../../../capacity/units.ts";

const YEAR_MS = parseDuration("1y");

/** `3`, `1.5`. @throws UnitError */
export function readNumber(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value))
    throw new UnitError(`wanted a number, found ${JSON.stringify(text)}`, "write only digits");
  return value;
}

/** `12`. @throws UnitError */
export function readCount(text: string): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UnitError(`wanted a whole number, found ${JSON.stringify(text)}`, "write only digits");
}

/** `60%` → 0.6. @throws UnitError also without the sign: 30 could be meant as 30 or as 3000 per cent. */
export function readPercent(text: string): number {
  const [, sign, digits, percent] = /^\s*(-?)(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text) ?? [];
  const fail = (next: string) => new UnitError(`wanted a part such as 30%, found ${JSON.stringify(text)}`, next);
  if (digits === undefined) throw fail("write a number and the per cent sign");
  if (sign) throw fail("write a number that is not negative");
  if (!percent) throw fail(`add the per cent sign: ${digits}%`);
  return Number(digits) / 100;
}

/** `60%` or `0.6`: a part of a whole cannot be meant otherwise. @throws UnitError */
export function readShare(text: string): number {
  return /^\s*(0(\.\d+)?|1(\.0+)?)\s*$/.test(text) ? Number(text) : readPercent(text);
}

/** `2y`, `180d` → years of 365 days. @throws UnitError */
export const readYears = (text: string): number => parseDuration(text) / YEAR_MS;

/** `12h` → hours. @throws UnitError */
export const readHours = (text: string): number => parseDuration(text) / parseDuration("1h");

/** One of a few words. @throws UnitError */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new UnitError(`wanted one of ${words.join(", ")}, found ${JSON.stringify(text)}`, "write one of these");
  };
}
