import { parseBytes, parseDuration, UnitError } from "../../capacity/units.ts";
import type { ConfigKey } from "./kafka-configs.ts";
import { NO_SECRET } from "./no-secret.ts";

/** Why a value was refused; becomes a Problem once its place is known. */
export interface Refusal {
  readonly message: string;
  readonly next: string;
}

/** Whole-number types of Kafka and their bits. */
const BITS: Readonly<Record<string, bigint>> = { short: 16n, int: 32n, long: 64n };

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
  if (key.type === "double") return readDouble(key, text, written);
  if (key.type in BITS) return readInteger(key, text, written);
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

function readDouble(key: ConfigKey, text: string, written: unknown): string | Refusal {
  const value = text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return refuse("a number", written, "write a number");
  return outOfRange(value, key.min, key.max, "", written) ?? String(value);
}

/** As a bigint: Kafka's longs have 64 bits, and it uses the largest of them for "never". */
function readInteger(key: ConfigKey, text: string, written: unknown): string | Refusal {
  const value = integerOf(key, text);
  if (value === undefined) return refuse("a whole number", written, "write a whole number");
  if (typeof value === "object") return value;
  const half = 2n ** (BITS[key.type]! - 1n);
  const least = key.min === undefined ? -half : BigInt(key.min);
  const most = key.max === undefined ? half - 1n : BigInt(key.max);
  return outOfRange(value, least, most, key.unit ? ` ${key.unit}` : "", written) ?? String(value);
}

/** Undefined: no whole number. */
function integerOf({ unit }: ConfigKey, text: string): bigint | Refusal | undefined {
  if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace(/^\+/, ""));
  const number = text === "" ? Number.NaN : Number(text);
  if (Number.isInteger(number)) return BigInt(number);
  if (!Number.isNaN(number) || !unit) return undefined;
  try {
    return BigInt(unit === "ms" ? parseDuration(text) : parseBytes(text));
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    return { message: error.message, next: error.next };
  }
}

function outOfRange<N extends number | bigint>(
  value: N,
  least: N | undefined,
  most: N | undefined,
  unit: string,
  written: unknown,
): Refusal | undefined {
  if (least !== undefined && value < least) return refuse(`${least}${unit} or more`, written, `write ${least} or more`);
  if (most !== undefined && value > most) return refuse(`${most}${unit} or less`, written, `write ${most} or less`);
  return undefined;
}

function refuse(wanted: string, found: unknown, next: string): Refusal {
  return { message: `wanted ${wanted}, found ${JSON.stringify(found)}`, next };
}
