import { InvalidArgumentError } from "commander";
import { parseDuration, UnitError } from "../../capacity/units.ts";

/** Milliseconds of a text such as `30s`, as the value of an option. @throws InvalidArgumentError that says what was wanted. */
export function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
}
