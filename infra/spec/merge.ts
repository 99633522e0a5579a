import { type Document, isAlias, isMap, isScalar, isSeq, type Pair } from "yaml";

/** `<<` takes the keys of other sections in; the parser marks it with a symbol, so that a quoted "<<" is a plain key. */
export const isMerge = ({ key }: Pair): boolean =>
  isScalar(key) && typeof key.value === "symbol" && key.value.description === "<<";

/** The key of a pair as a path has it; undefined for a merge and for what is no word. */
export const keyText = (pair: Pair): string | undefined =>
  isScalar(pair.key) && !isMerge(pair) ? String(pair.key.value ?? "") : undefined;

/** What a merge names, the strongest first: as it is written, and the node that it leads to. */
export function mergeSources(
  { value }: Pair,
  document: Document,
): { readonly written: unknown; readonly node: unknown }[] {
  const target = resolved(value, document);
  const written = isSeq(target) ? target.items : [value];
  return written.map((each) => ({ written: each, node: resolved(each, document) }));
}

/** The pair of a key in a section, its own before those that it merges. */
export function pairOf(node: unknown, key: string, document: Document): Pair | undefined {
  const section = resolved(node, document);
  if (!isMap(section)) return undefined;
  const own = section.items.findLast((pair) => keyText(pair) === key);
  if (own) return own;
  for (const merge of section.items.filter(isMerge))
    for (const { node: source } of mergeSources(merge, document)) {
      const merged = pairOf(source, key, document);
      if (merged) return merged;
    }
  return undefined;
}

/** A node, or the one that an alias stands for. */
export const resolved = (node: unknown, document: Document): unknown => (isAlias(node) ? node.resolve(document) : node);
