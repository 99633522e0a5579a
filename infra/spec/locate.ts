import { type Document, isNode, isPair, isScalar, isSeq, type LineCounter, visit } from "yaml";
import type { Issue } from "../errors.ts";
import { keyText, pairOf, resolved } from "./merge.ts";
import { formatPath, type Path, type Problem } from "./problem.ts";

/** A parsed stack file that can say where its values stand. */
export interface SourceFile {
  /** As it shall be shown to a person. */
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Ties a problem to the line of the value (or key) at fault; of the nearest parent when the value is not written. */
export function locate(problem: Problem, source: SourceFile): Issue {
  const { line, col } = source.lines.linePos(offsetOf(problem.path, problem.atKey === true, source.document));
  const { message, next } = problem;
  return { file: source.file, line, column: col, key: formatPath(problem.path), message, next };
}

function offsetOf(path: Path, atKey: boolean, document: Document): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1;
    const pair = typeof part === "string" ? pairOf(node, part, document) : undefined;
    const list = resolved(node, document);
    const child: unknown = isSeq(list) ? list.items[Number(part)] : pair?.value;
    // A key without a value has no node worth pointing at: its key then says it best.
    const start = pair && ((last && atKey) || isNothing(child)) ? startOf(pair.key) : startOf(child);
    if (start === undefined) break;
    offset = start;
    node = child;
  }
  return offset;
}

/** A single value as the file has it, before YAML reads `1e3` as a thousand; undefined for anything larger. */
export function writtenAt(path: Path, document: Document): string | undefined {
  let node: unknown = document.contents;
  for (const part of path) {
    const list = resolved(node, document);
    node = isSeq(list) ? list.items[Number(part)] : pairOf(node, String(part), document)?.value;
  }
  const value = resolved(node, document);
  return isScalar(value) ? value.source : undefined;
}

const isNothing = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null);

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

/** Path of the key that stands at `offset`, for faults that are known by their place only; the root if there is none. */
export function pathAt(offset: number, document: Document): Path {
  let found: Path = [];
  visit(document, {
    Pair(_, pair, ancestors) {
      if (startOf(pair.key) !== offset) return undefined;
      const chain: readonly unknown[] = [...ancestors, pair];
      found = chain.flatMap((node, depth): Path => {
        if (isPair(node)) return [keyText(node) ?? "<<"];
        return isSeq(node) ? [node.items.indexOf(chain[depth + 1])] : [];
      });
      return visit.BREAK;
    },
  });
  return found;
}
