import type { ConfigKey } from "./kafka-configs.ts";

/**
 * Whether two texts are one value to Kafka. Pure. By the type that Kafka itself gives the key: a broker answers in Java's
 * spelling of what it parsed (1 → 1.0, 0.0005 → 5.0E-4), with blanks and case gone, and with a list in the order in which it
 * was given.
 *
 * @param key undefined where Kafka's table does not have it: then the texts decide.
 */
export function sameValue(key: ConfigKey | undefined, one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one.trim(), other.trim()];
  switch (key?.type) {
    case "double":
      return a !== "" && b !== "" && Number(a) === Number(b);
    case "int":
    case "short":
    case "long":
      return sameInteger(a, b);
    case "boolean":
      return a.toLowerCase() === b.toLowerCase();
    case "list":
      return sameList(itemsOf(a), itemsOf(b), key.set === true);
    default:
      return a === b;
  }
}

/** Of 64 bits, which a JavaScript number does not hold. */
function sameInteger(a: string, b: string): boolean {
  const isInteger = (text: string) => /^[+-]?\d+$/.test(text);
  return isInteger(a) && isInteger(b) ? BigInt(withoutPlus(a)) === BigInt(withoutPlus(b)) : a === b;
}

const withoutPlus = (text: string): string => text.replace(/^\+/, "");

/** Blanks around commas mean nothing, and an empty text is a list without items. */
const itemsOf = (text: string): string[] => (text === "" ? [] : text.split(",").map((item) => item.trim()));

function sameList(a: readonly string[], b: readonly string[], isSet: boolean): boolean {
  if (isSet) return new Set(a).symmetricDifference(new Set(b)).size === 0;
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
