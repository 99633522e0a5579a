/** One problem in a stack file, in the place where a person can mend it. */
export interface Issue {
  readonly file: string;
  /** 1-based; points at the offending value, or at its parent when a key is missing. */
  readonly line: number;
  readonly column: number;
  /** Dotted path of the key, for example `topics[2].replicationFactor`. */
  readonly key: string;
  /** What was wanted and what was found. */
  readonly message: string;
  /** What to do next, starting with a verb. */
  readonly next: string;
}

/** `stacks/prod.yaml:14:10 brokers.count: wanted …, found …; try …` */
export function formatIssue(issue: Issue): string {
  return `${issue.file}:${issue.line}:${issue.column} ${issue.key}: ${issue.message}; ${issue.next}`;
}

/** A fault that the user can mend: shown without a stack trace, with its next step. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly next: string;
  /** Process exit code: 1 failed, 2 usage or invalid stack. */
  readonly exitCode: 1 | 2;

  constructor(message: string, next: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** Everything that is wrong with one stack file, reported at once. */
export class StackFileError extends UserError {
  override readonly name = "StackFileError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    const count = issues.length === 1 ? "1 problem" : `${issues.length} problems`;
    super(
      `${count} in the stack file\n${issues.map((issue) => `  ${formatIssue(issue)}`).join("\n")}`,
      "mend the file and run the command again; nothing was changed",
      2,
    );
    this.issues = issues;
  }
}
