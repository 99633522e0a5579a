import { type Document, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import { type Issue, StackFileError } from "../errors.ts";
import { checkStack, warnAbout } from "./checks.ts";
import { explain } from "./explain.ts";
import { locate, pathAt, type SourceFile } from "./locate.ts";
import { formatPath, type Problem } from "./problem.ts";
import { prune } from "./prune.ts";
import { resolveStack, type StackSpec } from "./resolve.ts";
import { stackFile } from "./schema.ts";

export interface LoadedSpec {
  readonly spec: StackSpec;
  /** Legal but unwise; for a person to read, in the order of the file. */
  readonly warnings: readonly Issue[];
  /** Ties what turns out only later to its place in the file. */
  at(problem: Problem): Issue;
}

/**
 * Text of a stack file → StackSpec.
 *
 * 1. Read the YAML; a file that is no YAML ends here.
 * 2. Check its shape. What is wrong is named and then taken out, so that the rest can still be judged.
 * 3. Fill in the preset's defaults and check Kafka's own keys.
 * 4. Check rules across keys, less those that would judge by what is already wrong.
 *
 * @param file its name as errors shall show it.
 * @throws StackFileError with everything that is wrong.
 */
export function parseStack(text: string, file: string): LoadedSpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const source: SourceFile = { file, document, lines };
  const at = (problem: Problem) => locate(problem, source);
  const syntax = document.errors.map((error) => yamlIssue(error, source));
  if (document.errors.some(({ code }) => code !== "DUPLICATE_KEY")) throw new StackFileError(syntax);

  const data = toData(source);
  const shape = stackFile.safeParse(data, { reportInput: true });
  const problems = (shape.error?.issues ?? []).flatMap(explain);
  const broken = problems.filter(({ atKey }) => !atKey).map(({ path }) => path);
  const sound = shape.success ? shape : stackFile.safeParse(prune(data, problems));
  if (sound.success) {
    const spec = resolveStack(sound.data, problems);
    problems.push(...checkStack(spec, sound.data, broken));
    if (problems.length + syntax.length === 0)
      return { spec, warnings: inOrder(warnAbout(spec, sound.data).map(at)), at };
  }
  throw new StackFileError(inOrder([...syntax, ...problems.map(at)]));
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
    // The only throw of toJS: an alias without its anchor, or one that unfolds without end.
    throw whole(`wanted YAML aliases that resolve, found: ${(error as Error).message}`, "write the value out");
  }
  if (data === null) throw whole("wanted keys with values, found an empty file", "begin with: preset: dev");
  return data;
}

function yamlIssue({ code, pos, message }: YAMLError, { file, document, lines }: SourceFile): Issue {
  const { line, col: column } = lines.linePos(pos[0]);
  if (code !== "DUPLICATE_KEY")
    return { file, line, column, key: "stack", message: `wanted YAML, found: ${message}`, next: "mend the YAML here" };
  const key = formatPath(pathAt(pos[0], document));
  return { file, line, column, key, message: "wanted each key once, found it again", next: "take one of the two out" };
}

const inOrder = (issues: readonly Issue[]): Issue[] =>
  issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
