import { createInterface } from "node:readline/promises";
import { Interrupted, interruptible } from "./interruptible.ts";
import { inTheirWords } from "./stack-argument.ts";

/** Ends the command quietly with an exit code of its own: 3 for a failed check or drift. */
export class ExitError extends Error {
  override readonly name = "ExitError";
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** The machine's answer: one JSON document on stdout and nothing else there. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A person's answer on stdout. */
export function printTable(rows: readonly (readonly string[])[], header?: readonly string[]): void {
  for (const line of tableLines(rows, header)) process.stdout.write(`${inTheirWords(line)}\n`);
}

/** Columns padded to their widest cell, the last one left ragged. */
export function tableLines(rows: readonly (readonly string[])[], header?: readonly string[]): string[] {
  const all = header ? [header, ...rows] : rows;
  const columns = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** Progress, notes and warnings go to stderr, so that stdout stays the result. */
export function say(line: string): void {
  process.stderr.write(`${inTheirWords(line)}\n`);
}

/** Whether a question can be asked: someone sits at both ends. */
export function isInteractive(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY);
}

const UNANSWERED = {
  doing: "what was asked is not done",
  next: "run the same command again, with --yes to answer beforehand",
};

/**
 * Asks once. `yes` answers for the person; without it and without a terminal the question is refused, never assumed.
 *
 * @throws ExitError 2 when there is no terminal to answer; Interrupted when the answer is Ctrl-C or the end of input.
 */
export async function confirm(question: string, options: { readonly yes?: boolean | undefined }): Promise<boolean> {
  if (options.yes) return true;
  if (!isInteractive()) {
    say(`error: cannot ask "${question}" without a terminal\n  next: run it again with --yes`);
    throw new ExitError(2);
  }
  return interruptible(async (signal) => {
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal })).trim());
    } catch (error) {
      if (signal.aborted || !(error instanceof Error) || error.name !== "AbortError") throw error;
      // The terminal gives Ctrl-C and the end of input to the question, as an answer and not as a signal.
      say(`\ninterrupted: ${UNANSWERED.doing}; next: ${UNANSWERED.next}`);
      throw new Interrupted("SIGINT");
    } finally {
      prompt.close();
    }
  }, UNANSWERED);
}
