import type { z } from "zod";
import { explain } from "./explain.ts";
import { schemaAt } from "./json-schema.ts";
import { nearest } from "./nearest.ts";
import type { Path, Problem } from "./problem.ts";
import { prune } from "./prune.ts";
import { type StackFile, stackFile } from "./schema.ts";

export interface Shape {
  readonly problems: readonly Problem[];
  /** The file with what is wrong taken out; undefined where nothing is left to judge. */
  readonly file: StackFile | undefined;
  /** Places whose values are not what was meant. */
  readonly broken: readonly Path[];
}

/** More rounds than a path is deep: each takes out what the one before left without a part that it needs. */
const MOST_ROUNDS = 12;

/** Judges every value of a stack file by itself. @param written a value as it stands in the file. */
export function readShape(data: unknown, written: (path: Path) => string | undefined): Shape {
  const first = stackFile.safeParse(data, { reportInput: true });
  if (first.success) return { problems: [], file: first.data, broken: [] };
  const problems = withoutFollowing(first.error.issues.flatMap((issue) => explain(issue, written)));
  const broken: Path[] = problems.flatMap((problem) => (problem.atKey ? meantBy(problem.path, data) : [problem.path]));
  let rest = data;
  let issues = first.error.issues;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    rest = prune(rest, issues.flatMap(faultsOf));
    const again = stackFile.safeParse(rest, { reportInput: true });
    if (again.success) return { problems, file: again.data, broken };
    issues = again.error.issues;
    broken.push(...issues.map(pathOf));
  }
  return { problems, file: undefined, broken };
}

function faultsOf(issue: z.core.$ZodIssue): { readonly path: Path; readonly missing: boolean }[] {
  const path = pathOf(issue);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: [...path, key], missing: false }));
  return [{ path, missing: issue.input === undefined }];
}

/** A key that is missing because it is misspelt next to where it is missed needs one word only. */
function withoutFollowing(problems: readonly Problem[]): Problem[] {
  const misspelt = problems.flatMap(({ path, atKey, next }) =>
    atKey ? [JSON.stringify([...path.slice(0, -1), /^did you mean (.+)\?$/.exec(next)?.[1]])] : [],
  );
  return problems.filter(({ path, next }) => !(next.startsWith("add ") && misspelt.includes(JSON.stringify(path))));
}

const pathOf = ({ path }: z.core.$ZodIssue): Path =>
  path.map((part) => (typeof part === "symbol" ? String(part) : part));

/** Keys that an unknown one may have stood for: the nearest, or any that its section could have and does not. */
function meantBy(path: Path, data: unknown): Path[] {
  const parent = path.slice(0, -1);
  const section = parent.reduce<unknown>(
    (value, part) => (typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined),
    data,
  );
  const known = Object.keys(schemaAt(parent)?.properties ?? {});
  const absent = known.filter((key) => typeof section !== "object" || section === null || !Object.hasOwn(section, key));
  const meant = nearest(String(path.at(-1)), known);
  const candidates = meant === undefined ? absent : absent.filter((key) => key === meant);
  return candidates.map((key) => [...parent, key]);
}
