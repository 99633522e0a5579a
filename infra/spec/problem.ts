/** Where in a stack: keys and array positions from the root. */
export type Path = readonly (string | number)[];

/** Something wrong or unwise in a stack, not yet tied to a line of a file. */
export interface Problem {
  readonly path: Path;
  /** What was wanted and what was found. */
  readonly message: string;
  /** What to do next, starting with a verb. */
  readonly next: string;
  /** The key itself is at fault, not its value. */
  readonly atKey?: true;
}

/** `["topics", 2, "name"]` → `topics[2].name`; the root is `stack`. */
export function formatPath(path: Path): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return text.replace(/^\./, "") || "stack";
}
