import { parseBytes, parseDuration, UnitError } from "../../capacity/units.ts";
import type { ConfigKey } from "./kafka-configs.ts";
import { NO_SECRET } from "./no-secret.ts";

/** Why a value was refused; becomes a Problem once its place is known. */
export interface Refusal {
  readonly message: string;
  readonly next: string;
}

/** Whole-number types of Kafka and their bounds (Java's). Long is bounded by what JSON and YAML carry exactly. */
const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  short: [-(2 ** 15), 2 ** 15 - 1],
  int: [-(2 ** 31), 2 ** 31 - 1],
  long: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/**
 * A configuration value as Kafka's own string. Keys in milliseconds or bytes take `7d` or `1GiB` too; a bare number stands
 * for itself there, because the key already names the unit (and -1 is Kafka's own word for "no limit").
 */
export function readConfigValue(key: ConfigKey, written: string | number | boolean): string | Refusal {
  const text = String(written).trim();
  // Not by refuse(): the value is not repeated.
  if (key.type === "password") return NO_SECRET;
  if (key.type === "boolean")
    return /^(true|false)$/.test(text) ? text : refuse("true or false", written, "write true or false");
  if (key.type === "list") return readList(key, text, written);
  if (key.type === "double" || key.type in INTEGERS) return readNumber(key, text, written);
  if (key.values && !key.values.includes(text))
    return refuse(`one of ${key.values.join(", ")}`, written, "write one of these");
  return text;
}

function readList(key: ConfigKey, text: string, written: unknown): string | Refusal {
  const items = text === "" ? [] : text.split(/\s*,\s*/);
  const stray = key.values && items.find((item) => !key.values?.includes(item));
  if (stray === undefined) return items.join(",");
  return refuse(`a comma-separated list of ${key.values?.join(", ")}`, written, `leave out ${stray}`);
}

function readNumber(key: ConfigKey, text: string, written: unknown): string | Refusal {
  let value = text === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value) && key.unit) {
    try {
      value = key.unit === "ms" ? parseDuration(text) : parseBytes(text);
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      return { message: error.message, next: error.next };
    }
  }
  const [least, most] = INTEGERS[key.type] ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
  const kind = key.type === "double" ? "a number" : "a whole number";
  if (Number.isNaN(value) || (key.type !== "double" && !Number.isInteger(value)))
    return refuse(kind, written, `write ${kind}`);
  const min = Math.max(least, key.min ?? least);
  const max = Math.min(most, key.max ?? most);
  const unit = key.unit ? ` ${key.unit}` : "";
  if (value < min) return refuse(`${min}${unit} or more`, written, `write ${min} or more`);
  if (value > max) return refuse(`${max}${unit} or less`, written, `write ${max} or less`);
  return String(value);
}

function refuse(wanted: string, found: unknown, next: string): Refusal {
  return { message: `wanted ${wanted}, found ${JSON.stringify(found)}`, next };
}
