/**
 * Properties files, as `java.util.Properties` reads them (Properties.load, "line-oriented format"): Kafka, ZooKeeper and log4j
 * all read theirs so. What need not be escaped is not, so that a file changes only with its values.
 */

/** One `key=value` a line in the given order, ending with a newline; for every charset. */
export function renderProperties(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}\n`)
    .join("");
}

/** What {@link renderProperties} rendered. */
export function parseProperties(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line !== "" && !/^[#!]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [, key = "", value = ""] = /^((?:\\.|[^\\=])*)=?(.*)$/.exec(line) ?? [];
      return [unescaped(key), unescaped(value)];
    }),
  );
}

/** Ends at the first `=`, `:` or blank that is not escaped; a first `#` or `!` would make the line a comment. */
const escapeKey = (key: string): string => escapeCharacters(key).replace(/[=: ]/g, "\\$&").replace(/^[#!]/, "\\$&");

/** Blanks before it are skipped, those behind it are part of it. */
export const escapeValue = (value: string): string => escapeCharacters(value).replace(/^ /, "\\ ");

const SHORT: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f" };

/** Java reads a file's bytes as Latin-1, so whatever is not ASCII is written by its UTF-16 units. */
const escapeCharacters = (text: string): string =>
  text.replace(/[^\x20-\x5b\x5d-\x7e]/g, (char) => SHORT[char] ?? `\\u${hex(char)}`);

const hex = (unit: string): string => unit.charCodeAt(0).toString(16).padStart(4, "0");

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, unit?: string, char = "") =>
    unit === undefined
      ? (Object.keys(SHORT).find((plain) => SHORT[plain] === `\\${char}`) ?? char)
      : String.fromCharCode(Number.parseInt(unit, 16)),
  );
