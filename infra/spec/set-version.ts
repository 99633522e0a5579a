import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";
import { YAML_OPTIONS } from "./yaml.ts";

/**
 * The text of a stack file with another `kafka.version`, and not a character else changed: comments, quotes and layout are
 * its author's. Pure.
 *
 * @returns undefined where the text leaves no place that means just this, such as a `kafka` section behind an alias.
 */
export function withKafkaVersion(text: string, version: string): string | undefined {
  const document = parseDocument(text, YAML_OPTIONS);
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const edit = editOf(document.contents, text, version);
  if (!edit) return undefined;
  const edited = text.slice(0, edit.from) + edit.put + text.slice(edit.to);
  // What an alias or a merge key brought along shows here, whatever the place looked like.
  const before = document.toJS() as { readonly kafka?: object };
  const wanted = { ...before, kafka: { ...before.kafka, version } };
  const after = parseDocument(edited, YAML_OPTIONS);
  return after.errors.length === 0 && isDeepStrictEqual(after.toJS(), wanted) ? edited : undefined;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly put: string;
}

/** Over the old value; where there is none, before the section's first key; where there is no section, at the end. */
function editOf(root: YAMLMap, text: string, version: string): Edit | undefined {
  const section = pairOf(root, "kafka");
  if (!section) {
    const end = text.endsWith("\n") || text === "" ? "" : "\n";
    return { from: text.length, to: text.length, put: `${end}kafka: { version: ${version} }\n` };
  }
  if (!isMap(section.value)) return undefined;
  const old = pairOf(section.value, "version")?.value;
  if (isScalar(old)) {
    const [from, to] = old.range ?? [];
    const quote = old.type === "QUOTE_DOUBLE" ? '"' : old.type === "QUOTE_SINGLE" ? "'" : "";
    return from === undefined || to === undefined ? undefined : { from, to, put: `${quote}${version}${quote}` };
  }
  const first = section.value.items[0]?.key;
  const from = isScalar(first) ? first.range?.[0] : undefined;
  if (from === undefined || old !== undefined) return undefined;
  const indent = " ".repeat(from - (text.lastIndexOf("\n", from - 1) + 1));
  return { from, to: from, put: section.value.flow ? `version: ${version}, ` : `version: ${version}\n${indent}` };
}

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
