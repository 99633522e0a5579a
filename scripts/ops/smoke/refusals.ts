import { few } from "../words.ts";
import { fail, pass, undecided, type Verdict } from "./report.ts";

/** What became of something forbidden: silence says neither that it was refused nor that it was done. */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly by: string }
  | { readonly kind: "silent"; readonly why: string };

/** Something that nobody may do, and what became of it. */
export interface Attempt {
  /** In words: `no login at 127.0.0.1:9098`. */
  readonly what: string;
  /** Answers that are the right refusal: kinds of connection faults, or Kafka's names of errors. */
  readonly wanted: readonly string[];
  readonly outcome: Outcome;
}

export const isRefused = ({ wanted, outcome }: Attempt): boolean =>
  outcome.kind === "refused" && wanted.includes(outcome.by);

/**
 * Passes only if everything was refused, and for the right reason: an error of another kind may hide an open door. What was
 * let through fails the check, whatever else stayed silent.
 */
export function judgeRefusals(attempts: readonly Attempt[]): Verdict {
  const total = attempts.length;
  const faults = attempts.flatMap((attempt) => faultOf(attempt));
  const silent = attempts.flatMap(({ what, outcome }) =>
    outcome.kind === "silent" ? [`${what} (${outcome.why})`] : [],
  );
  if (total === 0) return fail("nothing was tried", "see why in the other checks");
  const open = `of ${total} forbidden things were neither refused nor done: ${few(silent, "; ")}`;
  if (faults.length > 0)
    return fail(
      `${faults.length} of ${total} forbidden things were not refused: ${few(faults, "; ")}${silent.length > 0 ? `; ${silent.length} ${open}` : ""}`,
      "keep others away from the cluster, then look at its listeners and its authorizer, and at who has super.users or an ACL for *",
    );
  if (silent.length > 0)
    return undecided(
      `${silent.length} ${open}`,
      "run smoke again when the machines are less busy; health tells which brokers answer",
    );
  return pass(`${total} of ${total} forbidden things were refused`);
}

function faultOf(attempt: Attempt): string[] {
  const { what, wanted, outcome } = attempt;
  if (outcome.kind === "done") return [`${what} was let through`];
  if (outcome.kind === "silent" || isRefused(attempt)) return [];
  return [`${what} was answered by ${outcome.by} instead of ${wanted.join(" or ")}`];
}
