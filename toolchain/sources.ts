import { UserError } from "../infra/errors.ts";
import { note, type Setup } from "./progress.ts";

/** One place where a tool may come from. */
export interface Source {
  /** For the error that lists where was looked, for example `PATH`. */
  readonly name: string;
  /** The tool's path; or, as `{ no }`, why it is not to be had here. Throws only what the user must mend. */
  get(): Promise<string | { readonly no: string }>;
}

/** Asks the sources in their order and takes the first that has the tool. */
export async function firstOf(
  tool: string,
  sources: readonly Source[],
  { progress, signal }: Pick<Setup, "progress" | "signal">,
): Promise<string> {
  const reasons: string[] = [];
  for (const source of sources) {
    signal?.throwIfAborted();
    const answer = await source.get().catch((error: unknown) => {
      signal?.throwIfAborted();
      if (error instanceof UserError) throw withReasons(error, reasons);
      return { no: error instanceof Error ? error.message : String(error) };
    });
    if (typeof answer === "string") return answer;
    reasons.push(`${source.name}: ${answer.no}`);
    // The quick places are silent when they have nothing: that is normal on a fresh machine.
    if (answer.no.includes("cannot be reached")) note(progress, `${answer.no}; going on without it`);
  }
  throw new UserError(
    `${tool} could not be had\n${reasons.map((reason) => `  ${reason}`).join("\n")}`,
    "mend one of these and run the command again; what is already in the cache is kept",
  );
}

function withReasons(error: UserError, reasons: readonly string[]): UserError {
  if (reasons.length === 0) return error;
  const looked = reasons.map((reason) => `  ${reason.split("\n", 1)[0]}`).join("\n");
  return new UserError(`${error.message}; looked before that in\n${looked}`, error.next, error.exitCode);
}
