import { type Issue, StackFileError } from "../errors.ts";
import { checkStack, warnAbout } from "./checks.ts";
import { locate, writtenAt } from "./locate.ts";
import type { Path, Problem } from "./problem.ts";
import { resolveStack, type StackSpec } from "./resolve.ts";
import type { StackFile } from "./schema.ts";
import { readShape } from "./shape.ts";
import { kafkaVersionNames } from "./versions.ts";
import { readYaml } from "./yaml.ts";

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
  const { source, data, duplicates } = readYaml(text, file);
  const at = (problem: Problem) => locate(problem, source);
  const shape = readShape(data, (path) => writtenAt(path, source.document));
  const problems = [...shape.problems];
  if (shape.file) {
    const { spec, refused } = resolve(shape.file, shape.broken);
    problems.push(...refused, ...checkStack(spec, shape.file, shape.broken));
    if (problems.length + duplicates.length === 0)
      return { spec, warnings: inOrder(warnAbout(spec, shape.file).map(at)), at };
  }
  throw new StackFileError(inOrder(once([...duplicates, ...problems.map(at)])));
}

/** Defaults filled in. What is refused on the way is left out where it may follow from what is broken already. */
function resolve(file: StackFile, broken: readonly Path[]): { spec: StackSpec; refused: readonly Problem[] } {
  const refused: Problem[] = [];
  const spec = resolveStack(file, refused);
  const isSure = ({ path: [root] }: Problem) =>
    !SIZES.includes(String(root)) || !broken.some(([other]) => SIZES.includes(String(other)));
  const sure = refused.filter((problem) => isConfig(problem) || isSure(problem));
  if (!broken.some((path) => path.every((part, depth) => part === ["kafka", "version"][depth])))
    return { spec, refused: sure };
  // Which keys there are depends on the version: without it, only what no version takes is refused.
  const versions = kafkaVersionNames.map((version) => {
    const each: Problem[] = [];
    resolveStack({ ...file, kafka: { ...file.kafka, version } }, each);
    return new Set(each.map(({ path }) => JSON.stringify(path)));
  });
  return { spec, refused: sure.filter(({ path }) => versions.every((paths) => paths.has(JSON.stringify(path)))) };
}

/** Sections from which the capacity model chooses a size. */
const SIZES: readonly string[] = ["preset", "workload", "brokers"];

const isConfig = ({ path }: Problem): boolean => path.includes("config");

/** A fault of a section that others merge stands in one place, and is told once. */
function once(issues: readonly Issue[]): Issue[] {
  const place = ({ line, column, message, next }: Issue) => JSON.stringify([line, column, message, next]);
  const seen = new Set<string>();
  return issues.filter((issue) => !seen.has(place(issue)) && seen.add(place(issue)));
}

const inOrder = (issues: readonly Issue[]): Issue[] =>
  issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
