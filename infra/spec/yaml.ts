import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import { type Issue, StackFileError } from "../errors.ts";
import { locate, pathAt, type SourceFile } from "./locate.ts";
import { isMerge, keyText, mergeSources } from "./merge.ts";
import { formatPath, type Problem } from "./problem.ts";

/** How every stack file is read: `<<` merges keys, as it does in most programs that read YAML. */
export const YAML_OPTIONS = Object.freeze({ merge: true, prettyErrors: false, logLevel: "error" } as const);

export interface ReadYaml {
  readonly source: SourceFile;
  /** What the text says, without the keys of the root that begin with `x-`. */
  readonly data: unknown;
  /** Keys that stand twice; the rest can still be judged. */
  readonly duplicates: readonly Issue[];
}

/** @throws StackFileError for a text that is not the YAML of one stack. */
export function readYaml(written: string, file: string): ReadYaml {
  // A byte order mark would count as a column.
  const text = written.replace(/^\uFEFF/, "");
  const lines = new LineCounter();
  const document = parseDocument(text, { ...YAML_OPTIONS, lineCounter: lines });
  const source: SourceFile = { file, document, lines };
  const syntax = document.errors.map((error) => syntaxIssue(error, source, text));
  if (document.errors.some(({ code }) => code !== "DUPLICATE_KEY")) throw new StackFileError(firstOfEachLine(syntax));
  const loose = looseIssues(source);
  if (loose.length > 0) throw new StackFileError([...syntax, ...loose]);
  return { source, data: toData(source), duplicates: syntax };
}

/** A whole number that JavaScript's do not hold exactly stays the text that it is in the file. */
function keepWholeNumbers(document: Document): void {
  visit(document, {
    Scalar(_, scalar) {
      const { value, source } = scalar;
      if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) return;
      if (source !== undefined) scalar.value = source;
    },
  });
}

function toData(source: SourceFile): unknown {
  const whole = (message: string, next: string) => new StackFileError([locate({ path: [], message, next }, source)]);
  keepWholeNumbers(source.document);
  let data: unknown;
  try {
    data = source.document.toJS();
  } catch (error) {
    // What is left once every alias resolves: aliases that unfold without end.
    throw whole(`wanted YAML aliases that resolve, found: ${(error as Error).message}`, "write the value out");
  }
  if (data === null) throw whole("wanted keys with values, found an empty file", "begin with: preset: dev");
  if (typeof data !== "object" || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith("x-")));
}

const ADVICE: Readonly<Record<string, Pick<Problem, "message" | "next">>> = {
  DUPLICATE_KEY: { message: "wanted each key once, found it again", next: "take one of the two out" },
  MULTIPLE_DOCS: {
    message: "wanted one stack in a file, found another document after ---",
    next: "write each stack into a file of its own",
  },
  TAB_AS_INDENT: { message: "wanted spaces as indentation, found a tab", next: "indent with spaces" },
};

function syntaxIssue({ code, pos, message }: YAMLError, source: SourceFile, text: string): Issue {
  const { file, document, lines } = source;
  // The parser places a fault at the end of a text, where there is no character, on a line that does not exist.
  const { line, col: column } = lines.linePos(Math.min(pos[0], Math.max(0, text.trimEnd().length)));
  const key = code === "DUPLICATE_KEY" ? formatPath(pathAt(pos[0], document)) : "stack";
  const advice = ADVICE[code] ?? {
    message: `wanted YAML, found: ${message}`,
    next: "correct the YAML here",
  };
  return { file, line, column, key, ...advice };
}

/** One slip makes a parser complain several times. */
function firstOfEachLine(issues: readonly Issue[]): Issue[] {
  return issues.filter(({ line }, index) => issues.findIndex((other) => other.line === line) === index);
}

/** Aliases that lead nowhere or to themselves, merges of what has no keys, and keys that are no texts. */
function looseIssues({ file, document, lines }: SourceFile): Issue[] {
  const found: Issue[] = [];
  const add = (node: unknown, key: string, message: string, next: string) => {
    const { line, col: column } = lines.linePos((isNode(node) && node.range?.[0]) || 0);
    found.push({ file, line, column, key, message, next });
  };
  const keyAt = (nodes: readonly unknown[]) =>
    formatPath(nodes.flatMap((node) => (isPair(node) ? [keyText(node) ?? "<<"] : [])));
  visit(document, {
    Alias(_, alias, ancestors) {
      const named = alias.resolve(document);
      if (named && !ancestors.includes(named as never)) return;
      const what = named ? `found it inside &${alias.source} itself` : `found no &${alias.source} above it`;
      add(
        alias,
        keyAt(ancestors),
        `wanted an anchor before the alias *${alias.source}, ${what}`,
        "write the value out",
      );
    },
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key) && !isAlias(pair.key))
        add(pair.key, keyAt(ancestors), "wanted a word as a key, found a list or keys", "write the key as a word");
      if (!isMerge(pair)) return;
      const odd = mergeSources(pair, document).find(({ node }) => node !== undefined && !isMap(node));
      if (!odd) return;
      const message = "wanted keys with values to merge with <<, found something else";
      add(odd.written ?? pair.key, keyAt([...ancestors, pair]), message, "name the anchor of a section: <<: *anchor");
    },
  });
  return found;
}
