import type { CapacityError, CapacityFault } from "../../../capacity/errors.ts";
import { UnitError } from "../../../capacity/units.ts";
import type { Field } from "./fields.ts";

/** What was written on the command line, flag by flag and without the dashes; nothing is read yet. */
export type Flags = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Something wrong with a flag. */
export interface FlagFault {
  /** As it was written, for example `--growth 30`. */
  readonly flag: string;
  readonly message: string;
  readonly next?: string | undefined;
}

export const formatFault = ({ flag, message, next }: FlagFault): string =>
  `${flag}: ${message}${next ? `; ${next}` : ""}`;

/** The text of a flag that is given at most once. */
export function textOf(flags: Flags, flag: string): string | undefined {
  const text = flags[flag];
  return typeof text === "string" ? text : undefined;
}

/** `--growth 30%` as one would type it, or `--growth` where it was not given. */
export function written(flags: Flags, flag: string): string {
  const quoted = (text: string) => (/^[\w.,:=%/+-]+$/.test(text) ? text : JSON.stringify(text));
  const text = flags[flag];
  return text === undefined
    ? `--${flag}`
    : [text]
        .flat()
        .map((one) => `--${flag} ${quoted(one)}`)
        .join(" ");
}

/** Reads one flag; a bad one goes to `faults`, one that is not given is undefined. */
export function readFlag<T>(flags: Flags, flag: string, read: (text: string) => T, faults: FlagFault[]): T | undefined {
  const text = textOf(flags, flag);
  return text === undefined ? undefined : attempt(written(flags, flag), () => read(text), faults);
}

/** What `read` gives; its UnitError goes to `faults` under the flag's name. */
export function attempt<T>(flag: string, read: () => T, faults: FlagFault[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    faults.push({ flag, message: error.message, next: error.next });
    return undefined;
  }
}

/** Reads the flags that stand for one property each. */
export function readFields<T>(fields: readonly Field<T>[], flags: Flags, faults: FlagFault[]): Partial<T> {
  const values: Record<string, unknown> = {};
  for (const { flag, key, read } of fields) {
    const value = readFlag(flags, flag, read, faults);
    if (value !== undefined) values[key] = value;
  }
  return values as Partial<T>;
}

/** Flags of which only one can be meant. */
export function refuseTogether(flags: Flags, names: readonly string[], faults: FlagFault[]): void {
  const given = names.filter((name) => flags[name] !== undefined);
  if (given.length < 2) return;
  const message = `wanted one of ${names.map((name) => `--${name}`).join(", ")}, found ${given.length}`;
  faults.push({ flag: given.map((name) => written(flags, name)).join(" "), message, next: "leave the others out" });
}

/**
 * What the model says of a property, said of the flag that it came from.
 *
 * @param flagsOf the flags that a property may come from, the usual one first.
 */
export function faultsOf(error: CapacityError, flags: Flags, flagsOf: (key: string) => readonly string[]): FlagFault[] {
  return error.faults.map(({ key, message, next }: CapacityFault) => {
    const names = flagsOf(key);
    const flag = names.find((name) => flags[name] !== undefined) ?? names[0];
    return { flag: flag === undefined ? key : written(flags, flag), message, next };
  });
}
