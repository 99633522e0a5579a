import type { Problem } from "../problem.ts";
import type { StackSpec } from "../resolve.ts";
import type { StackFile } from "../schema.ts";

/** A rule across several keys of a stack. */
export interface Check {
  /**
   * Keys outside the topic at hand that it compares with. While one of them is itself at fault the check waits: judging
   * by a value that nobody wrote would only add noise.
   */
  readonly reads: readonly string[];
  /** `file` tells what was written, `spec` what it comes to. */
  run(spec: StackSpec, file: StackFile): Iterable<Problem>;
}
