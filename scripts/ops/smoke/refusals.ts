import { few } from "../words.ts";
import { fail, pass, type Verdict } from "./report.ts";

/** Something that nobody may do, and what became of it. */
export interface Attempt {
  /** In words: `no login at 127.0.0.1:9098`. */
  readonly what: string;
  /** Answers that are the right refusal: kinds of connection faults, or Kafka's names of errors. */
  readonly wanted: readonly string[];
  /** What was answered; null when it was done. */
  readonly answer: string | null;
}

/** Passes only if everything was refused, and for the right reason: an error of another kind may hide an open door. */
export function judgeRefusals(attempts: readonly Attempt[]): Verdict {
  const faults = attempts.flatMap(({ what, wanted, answer }) => {
    if (answer === null) return [`${what} was let through`];
    return wanted.includes(answer) ? [] : [`${what} was answered by ${answer} instead of ${wanted.join(" or ")}`];
  });
  if (attempts.length === 0) return fail("nothing was tried", "see why in the other checks");
  if (faults.length === 0) return pass(`${attempts.length} of ${attempts.length} forbidden things were refused`);
  return fail(
    `${faults.length} of ${attempts.length} forbidden things were not refused: ${few(faults, "; ")}`,
    "keep others away from the cluster, then look at its listeners and its authorizer, and at whoever has super.users or an ACL for *",
  );
}
